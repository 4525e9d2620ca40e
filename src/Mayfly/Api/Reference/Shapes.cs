using System.ComponentModel.DataAnnotations;

namespace Mayfly.Api.Reference;

// What requests and answers look like, for the reference only: the code that reads and writes them is by hand, for
// strictness and speed. A test compares real answers with these shapes.

/// <summary>A program to run.</summary>
internal sealed record ExecuteBody
{
    /// <summary>The program, run as /sandbox/main.py or /sandbox/main.js.</summary>
    [Required]
    public required string Code { get; init; }

    /// <summary>Its language: <c>python</c> or <c>javascript</c>.</summary>
    [Required, AllowedValues("python", "javascript")]
    public required string Language { get; init; }
}

/// <summary>What the program did. A program that fails, is killed or times out is a result too.</summary>
internal sealed record ExecuteAnswer
{
    /// <summary>What it wrote to standard output. Bytes that are not UTF-8 are U+FFFD.</summary>
    public required string Stdout { get; init; }

    /// <summary>What it wrote to standard error.</summary>
    public required string Stderr { get; init; }

    /// <summary>0 success, 124 timed out, 137 out of memory, 128+n killed by signal n, otherwise the program's own.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Wall time from the first user instruction to the end of the main process, in milliseconds.</summary>
    public required double ExecutionTimeMs { get; init; }

    /// <summary>Peak memory in MiB, interpreter and libraries included.</summary>
    public required double MemoryUsageMb { get; init; }

    /// <summary>The time limit ended it.</summary>
    public required bool TimedOut { get; init; }

    /// <summary>Always null here: a failing program is no error. A failure of the service is a problem with this text.</summary>
    public required string? Error { get; init; }

    /// <summary>USD charged.</summary>
    public required double Cost { get; init; }

    /// <summary>Only there if a stream was longer than its limit: which ones were cut.</summary>
    public TruncatedAnswer? Truncated { get; init; }

    /// <summary>Only there if it was no plain exit: how it ended, as its supervisor saw it.</summary>
    [AllowedValues("signal", "timeout", "out_of_memory", "cancelled")]
    public string? Termination { get; init; }
}

/// <summary>The streams that were cut.</summary>
internal sealed record TruncatedAnswer
{
    /// <summary>True if stdout was cut, otherwise absent.</summary>
    public bool? Stdout { get; init; }

    /// <summary>True if stderr was cut, otherwise absent.</summary>
    public bool? Stderr { get; init; }
}

/// <summary>An error by RFC 9457.</summary>
internal record ProblemAnswer
{
    /// <summary>URN of the kind of problem.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in words.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What was wrong, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>URN of this occurrence.</summary>
    public required string Instance { get; init; }

    /// <summary>The kind of problem, for programs. Stable.</summary>
    public required string Code { get; init; }

    /// <summary>As in the header X-Request-Id.</summary>
    public required string RequestId { get; init; }

    /// <summary>The same text as <c>detail</c>.</summary>
    public required string Error { get; init; }
}

/// <summary>The service could not do the execution: a problem that also has the fields of a result.</summary>
internal sealed record FailedExecutionAnswer : ProblemAnswer
{
    /// <summary>Empty.</summary>
    public required string Stdout { get; init; }

    /// <summary>Empty.</summary>
    public required string Stderr { get; init; }

    /// <summary>-1.</summary>
    public required int ExitCode { get; init; }

    /// <summary>0.</summary>
    public required double ExecutionTimeMs { get; init; }

    /// <summary>0.</summary>
    public required double MemoryUsageMb { get; init; }

    /// <summary>False.</summary>
    public required bool TimedOut { get; init; }

    /// <summary>0: a failure costs nothing.</summary>
    public required double Cost { get; init; }

    /// <summary><c>infrastructure</c>.</summary>
    public required string Termination { get; init; }
}
