namespace Mayfly.Bench.Arithmetic;

/// <summary>The least that one jailed print(1) could take here, made of what this machine charged for its parts a minute ago.</summary>
/// <param name="EchoMs">An HTTP request and its answer through Kestrel.</param>
/// <param name="CommitMs">A row written and committed by SQLite: the charge.</param>
/// <param name="PipeMs">A byte there and back between two processes.</param>
/// <param name="ForkMs">A small process forked, ended and waited for.</param>
/// <param name="FaultMs">The first write to a page.</param>
internal sealed record Floor(double EchoMs, double CommitMs, double PipeMs, double ForkMs, double FaultMs)
{
    /// <summary>Gateway to agent and back, agent to child and back.</summary>
    public const int PipeRoundTrips = 2;

    /// <summary>Pages that a forked Python copies at best for a program of one line; counted in prototypes.</summary>
    public const int Faults = 66;

    /// <summary>The sum of the parts.</summary>
    public double Ms => EchoMs + CommitMs + (PipeRoundTrips * PipeMs) + ForkMs + (Faults * FaultMs);

    /// <summary>The same where the fork was made ahead of the request.</summary>
    public double AheadMs => Ms - ForkMs;

    /// <summary>How far from it a measured time is.</summary>
    public double Distance(double measuredMs) => measuredMs / Ms;
}
