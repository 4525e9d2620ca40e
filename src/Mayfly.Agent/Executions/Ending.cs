using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Executions;

/// <summary>Why the agent itself ended an execution.</summary>
internal enum KillCause
{
    None,
    Timeout,
    OutOfMemory,
    Cancelled,

    /// <summary>The jail or the cell failed.</summary>
    Infrastructure,
}

/// <summary>All that the agent saw of an execution's end; nothing in it is the program's own word.</summary>
internal readonly record struct Observations
{
    /// <summary>Whether user code had started.</summary>
    public required bool Started { get; init; }

    /// <summary>Whether, and why, the agent killed it.</summary>
    public required KillCause Cause { get; init; }

    /// <summary>As waitpid(2) gives it; null if the main process's end was not seen in time.</summary>
    public required int? WaitStatus { get; init; }

    /// <summary>What the cgroup counted.</summary>
    public required CgroupUsage Usage { get; init; }

    /// <summary>What failed on Mayfly's side; null if nothing did.</summary>
    public string? Failure { get; init; }
}

/// <summary>Says how an execution ended.</summary>
internal static class Ending
{
    /// <summary>Fills in termination, exit code or signal, and failure.</summary>
    public static Finished Judge(in Observations seen)
    {
        if (seen.Failure is { } failure) return Infrastructure(seen, failure);
        if (!seen.Started && seen.Cause != KillCause.Cancelled) return Infrastructure(seen, BeforeStart(seen));

        // The kernel's count comes before everything else: a program of which a part was killed gives no other result,
        // whether or not the agent was quick enough to kill the rest.
        if (seen.Usage.OomKills > 0 && !seen.Usage.HitMemoryLimit)
        {
            return Infrastructure(seen, "the kernel killed it for lack of memory below its own limit: the cell, or the host, has too little for its slots");
        }

        if (seen.Usage.OomKills > 0 || seen.Cause == KillCause.OutOfMemory) return As(seen, Termination.OutOfMemory);
        if (seen.Cause == KillCause.Timeout) return As(seen, Termination.Timeout);
        if (seen.Cause == KillCause.Cancelled) return As(seen, Termination.Cancelled);
        if (seen.WaitStatus is not { } status) return Infrastructure(seen, "its end was not seen");
        if (WaitStatus.ExitCode(status) is { } code)
        {
            var finished = As(seen, Termination.Exit);
            finished.ExitCode = (uint)code;
            return finished;
        }

        var killed = As(seen, Termination.Signal);
        killed.Signal = (uint)WaitStatus.Signal(status)!.Value;
        return killed;
    }

    private static string BeforeStart(in Observations seen) => (seen.Usage.OomKills, seen.WaitStatus) switch
    {
        ( > 0, _) => "out of memory before user code started",
        (_, { } status) => $"the child ended before user code started: {WaitStatus.Describe(status)}",
        _ => "user code did not start in time",
    };

    private static Finished Infrastructure(in Observations seen, string failure)
    {
        var finished = As(seen, Termination.Infrastructure);
        finished.Failure = failure;
        return finished;
    }

    private static Finished As(in Observations seen, Termination termination) =>
        new() { Termination = termination, Started = seen.Started };
}
