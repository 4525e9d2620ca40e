using System.Text.Json.Serialization;

namespace Mayfly.Client;

/// <summary>What a program did. A non-zero exit code or a timeout is a result, not an exception.</summary>
public sealed record ExecuteResult
{
    /// <summary>What it wrote to standard output.</summary>
    public required string Stdout { get; init; }

    /// <summary>What it wrote to standard error.</summary>
    public required string Stderr { get; init; }

    /// <summary>0: success; 124: timed out; 128+n: killed by signal n; otherwise the program's own.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Wall time from the first user instruction to the end of the main process.</summary>
    public required double ExecutionTimeMs { get; init; }

    /// <summary>Peak memory in MiB, interpreter and libraries included.</summary>
    public required double MemoryUsageMb { get; init; }

    /// <summary>Whether the time limit ended it.</summary>
    public required bool TimedOut { get; init; }

    /// <summary>Only when the infrastructure failed.</summary>
    public required string? Error { get; init; }

    /// <summary>USD charged.</summary>
    public required decimal Cost { get; init; }

    /// <summary>The streams that were cut; null: none.</summary>
    public Truncated? Truncated { get; init; }

    /// <summary>What ended it: <c>signal</c>, <c>timeout</c>, <c>out_of_memory</c>, <c>cancelled</c>; null: it exited by itself.</summary>
    public string? Termination { get; init; }

    /// <summary>Names the request in the server's log.</summary>
    [JsonIgnore]
    public string? RequestId { get; init; }
}

/// <summary>The streams that were cut.</summary>
public sealed record Truncated
{
    /// <summary>Standard output was.</summary>
    public bool Stdout { get; init; }

    /// <summary>Standard error was.</summary>
    public bool Stderr { get; init; }
}
