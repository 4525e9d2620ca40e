namespace Mayfly.Dispatch;

/// <summary>How an execution ended, by the supervisor's own observation.</summary>
internal enum Termination
{
    /// <summary>The main process exited by itself.</summary>
    Exit,

    /// <summary>A signal that was not ours killed the main process.</summary>
    Signal,

    /// <summary>The time limit ended it.</summary>
    Timeout,

    /// <summary>The memory limit ended it.</summary>
    OutOfMemory,

    /// <summary>The client hung up.</summary>
    Cancelled,

    /// <summary>Mayfly failed: <see cref="ExecutionResult.Fault"/> says how.</summary>
    Infrastructure,
}

/// <summary>What one execution did. Numbers are clamped and lengths bounded: the cell's word was checked.</summary>
internal sealed record ExecutionResult
{
    /// <summary>How it ended.</summary>
    public required Termination Termination { get; init; }

    /// <summary>Whether user code had started: decides about retry and charge.</summary>
    public required bool Started { get; init; }

    /// <summary>Number of the cell that it ran in; 0 if Mayfly failed.</summary>
    public uint Cell { get; init; }

    /// <summary>The contract's exit code: 0..255, 124 timed out, 137 out of memory, 128+n signal, -1 infrastructure.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Captured standard output, at most the output limit, cut at a whole character.</summary>
    public string Stdout { get; init; } = "";

    /// <summary>Captured standard error, likewise.</summary>
    public string Stderr { get; init; } = "";

    /// <summary>Whether stdout was longer than the limit.</summary>
    public bool StdoutTruncated { get; init; }

    /// <summary>Whether stderr was longer than the limit.</summary>
    public bool StderrTruncated { get; init; }

    /// <summary>Sent to the cell until it said that user code starts.</summary>
    public TimeSpan StartedAfter { get; init; }

    /// <summary>First user instruction to the end of the main process.</summary>
    public TimeSpan WallTime { get; init; }

    /// <summary>CPU time of all its processes.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Peak memory of the execution's cgroup.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>Minor page faults of the main process, of its own word where it was warm; for benches.</summary>
    public ulong MinorFaults { get; init; }

    /// <summary>The tier whose zygote it was forked from; <see cref="Cold"/> if its interpreter was started for it.</summary>
    public string Tier { get; init; } = Cold;

    /// <summary><see cref="Tier"/> of a fresh interpreter.</summary>
    public const string Cold = "cold";

    /// <summary>What went wrong on Mayfly's side; null unless <see cref="Termination.Infrastructure"/>.</summary>
    public Fault? Fault { get; init; }

    /// <summary>The result of an execution that Mayfly failed: no output, whatever there was of it.</summary>
    public static ExecutionResult Failed(Fault fault, bool started) =>
        new() { Termination = Termination.Infrastructure, Started = started, ExitCode = -1, Fault = fault };
}

/// <summary>What went wrong on Mayfly's side.</summary>
/// <param name="Cause">The kind; decides status, code and remedy.</param>
/// <param name="Detail">For the log: never shown to clients.</param>
/// <param name="RetryAfter">When a client should try again, if that helps.</param>
internal sealed record Fault(FaultCause Cause, string Detail, TimeSpan? RetryAfter = null);

/// <summary>The kinds of failure of Mayfly itself.</summary>
internal enum FaultCause
{
    /// <summary>The queue is full, or the wait for a slot took longer than its bound.</summary>
    Overloaded,

    /// <summary>The service is shutting down.</summary>
    Draining,

    /// <summary>No cell is ready.</summary>
    NoCell,

    /// <summary>The cell died while it held the execution.</summary>
    CellLost,

    /// <summary>The cell said something the protocol does not allow, and was dropped.</summary>
    ProtocolViolation,

    /// <summary>The agent could not make or supervise the jail.</summary>
    JailFailed,

    /// <summary>The cell did not answer by the deadline.</summary>
    CellSilent,
}
