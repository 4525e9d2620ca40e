namespace Mayfly.Bench.Contenders;

/// <summary>One way to run a program.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Lacks">What it does not isolate.</param>
/// <param name="Run">Runs one workload; null: it cannot (another language).</param>
internal sealed record Contender(string Name, string Lacks, Func<Workload, Sample?> Run)
{
    /// <summary>It takes part in so many rounds: what is only there to be compared with must not eat the others' time.</summary>
    public int MostRounds { get; init; } = int.MaxValue;
}

/// <summary>A contender that is not there, and why.</summary>
internal sealed record Absent(string Name, string Reason);
