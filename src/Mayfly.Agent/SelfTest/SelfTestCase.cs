using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.SelfTest;

/// <summary>What one of the self-test's programs did.</summary>
internal sealed record CaseOutcome(Finished Finished, string Stdout, string Stderr);

/// <summary>One program of the self-test, run as any other execution.</summary>
/// <param name="Name">Its name among the checks.</param>
/// <param name="Program">The embedded file.</param>
internal sealed record SelfTestCase(string Name, string Program)
{
    /// <summary>The layer that it tests: if the operator waived that, the case is left out.</summary>
    public string? Layer { get; init; }

    /// <summary>How it must end.</summary>
    public Termination Expected { get; init; } = Termination.Exit;

    /// <summary>Without the CPU quota: it reads libraries into the page cache, for the executions that come.</summary>
    public bool IsWarmUp { get; init; }

    /// <summary>In a fresh interpreter, whatever is warm.</summary>
    public bool IsCold { get; init; }

    /// <summary>Its name, with how it was run.</summary>
    public string FullName => IsCold ? $"{Name}, cold" : Name;

    /// <summary>Memory limit, when it is to be reached.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Process limit, when it is to be reached.</summary>
    public long? Processes { get; init; }

    /// <summary>Time limit, when it is to be reached.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Its language, by the file's name.</summary>
    public Language Language => Program.EndsWith(".js", StringComparison.Ordinal) ? Language.Javascript : Language.Python;

    /// <summary>What is wrong with the outcome; null if it is as it must be.</summary>
    public string? Judge(CaseOutcome outcome)
    {
        var finished = outcome.Finished;
        if (finished.Termination != Expected)
        {
            return $"ended as {finished.Termination} (exit code {finished.ExitCode}, signal {finished.Signal}) and not as {Expected}: {finished.Failure}{LastLine(outcome.Stderr)}";
        }

        if (Expected != Termination.Exit) return null;
        if (finished.ExitCode != 0) return $"exit code {finished.ExitCode}: {LastLine(outcome.Stderr)}";
        return LastLine(outcome.Stdout) is "ok" or "done\tyes" ? null : $"said \"{LastLine(outcome.Stdout)}\"";
    }

    private static string LastLine(string text)
    {
        var trimmed = text.AsSpan().TrimEnd();
        var line = trimmed[(trimmed.LastIndexOf('\n') + 1)..];
        return line[..Math.Min(line.Length, 200)].ToString();
    }
}
