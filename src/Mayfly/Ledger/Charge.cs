namespace Mayfly.Ledger;

/// <summary>One execution in the ledger.</summary>
internal sealed record Charge
{
    public required string ExecutionId { get; init; }

    public required long KeyId { get; init; }

    public required long AccountId { get; init; }

    public required string Language { get; init; }

    /// <summary>The contract's word for how it ended.</summary>
    public required string Outcome { get; init; }

    public required int ExitCode { get; init; }

    public required long WallMs { get; init; }

    public required long CpuMs { get; init; }

    public required long PeakMemoryBytes { get; init; }

    public required long MicroUsd { get; init; }
}
