using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Executions;

/// <summary>Who asked for an execution: the gateway, or the agent's own self-test.</summary>
internal interface IExecutionOwner
{
    /// <summary>User code runs.</summary>
    void OnStarted(Execution execution);

    /// <summary>There is output to take.</summary>
    void OnOutput(Execution execution);

    /// <summary>It is over: <see cref="Execution.Result"/> is there, and the last of the output.</summary>
    void OnFinished(Execution execution);
}

/// <summary>One program in one jail: Supervise, then Reap.</summary>
/// <remarks>
/// It ends when the main process does, never when a pipe does: a daemon left behind holds pipes open. (A warm child says that its program
/// is over, and its pipes' end then makes the agent look: that is earlier than its death, which the kernel takes a millisecond for.) Deadline, lack of memory and Cancel kill the jail;
/// then the main process's end comes, too, and everything ends the same way. Once the end is known and the kill is issued the result is given; the jail's death
/// is waited for by the jail.
/// </remarks>
internal sealed class Execution
{
    // From START to STARTED: writing a few files. Below the gateway's own patience, so that it hears the reason.
    private static readonly TimeSpan s_startLimit = Patience.Times(TimeSpan.FromSeconds(4));

    // A killed process is gone in about 2 ms, and its last output and usage are worth waiting for. On a machine that is out of breath the kernel
    // takes seconds to dismantle namespaces, and the answer to a time limit is due within 0.5 s: it does not wait for that; the slot does.
    private static readonly TimeSpan s_deathLimit = TimeSpan.FromMilliseconds(200);

    // The event comes when memory is short and before the kernel chooses a victim; the counter tells whether it did.
    private static readonly TimeSpan[] s_oomLooks = [.. new[] { 1, 2, 5, 10, 20, 50, 100 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private readonly EventLoop _loop;
    private readonly Jail _jail;
    private readonly IExecutionOwner _owner;
    private readonly ExecutionLimits _limits;
    private Deadline _deadline;
    private long _startedAt;
    private byte[] _startBlock = [];
    private bool _started;
    private bool _looking;
    private readonly bool _looksForEnding;
    private KillCause _cause;
    private string? _failure;

    // How the main process ended; from whoever told.
    private readonly record struct End(int WaitStatus, ulong? CpuTimeUs, ulong MinorFaults);

    private Execution(EventLoop loop, Jail jail, ulong id, ExecutionLimits limits, IExecutionOwner owner, bool looksForEnding, TimeSpan startLimit)
    {
        (_loop, _jail, _limits, _owner, _looksForEnding) = (loop, jail, limits, owner, looksForEnding);
        Id = id;
        Slot = jail.Slot;
        Stdout = new OutputCapture(loop, jail.Stdout, limits.OutputBytes, () => _owner.OnOutput(this), OnStreamEnd);
        Stderr = new OutputCapture(loop, jail.Stderr, limits.OutputBytes, () => _owner.OnOutput(this), OnStreamEnd);
        _deadline = loop.Deadlines.After(startLimit, () => Kill(KillCause.Infrastructure));
    }

    public ulong Id { get; }

    public uint Slot { get; }

    public OutputCapture Stdout { get; }

    public OutputCapture Stderr { get; }

    /// <summary>Whether user code has started.</summary>
    public bool HasStarted => _started;

    /// <summary>Whether nothing is left of its jail: then the slot waits only for what is still to be sent.</summary>
    public bool IsJailGone => _jail.Phase == JailPhase.Gone;

    /// <summary>Null until it is over.</summary>
    public Finished? Result { get; private set; }

    /// <summary>The jail it runs in; to be looked at by the self-test.</summary>
    public Jail Jail => _jail;

    /// <summary>Jail: hands the program over to a ready one.</summary>
    /// <param name="loop">Calls back.</param>
    /// <param name="jail">Ready, and the execution's from here on.</param>
    /// <param name="id">The gateway's number for it.</param>
    /// <param name="startBlock">The program.</param>
    /// <param name="limits">At or below what the jail was prepared with.</param>
    /// <param name="owner">Is told what happens.</param>
    /// <param name="imports">How many of the tier's modules it has any use for.</param>
    /// <param name="looksForEnding">Whether a warm child's own word ends it; otherwise its death does.</param>
    /// <param name="startLimit">From the hand-over to the start, where nobody waits for it at the other end of a request.</param>
    public static Execution Start(
        EventLoop loop, Jail jail, ulong id, byte[] startBlock, ExecutionLimits limits, IExecutionOwner owner, int imports = int.MaxValue, bool looksForEnding = true, TimeSpan? startLimit = null)
    {
        var execution = new Execution(loop, jail, id, limits, owner, looksForEnding, startLimit ?? s_startLimit) { _startBlock = startBlock };
        try
        {
            jail.SetLimits(limits.Jail.Cgroup, imports);
        }
        catch (IOException e)
        {
            // Without its limits it does not start; the child ends with the jail.
            execution._failure = e.Message;
        }

        jail.HandOver(
            execution._failure is null ? startBlock : default,
            new ProgramEvents(execution.OnStarted, execution.OnOutOfMemory, execution.OnEnded));
        if (execution._failure is not null) execution.Kill(KillCause.Infrastructure);
        return execution;
    }

    /// <summary>Clears the program here: its child has all of it, or nobody ever will.</summary>
    public void ForgetProgram()
    {
        Array.Clear(_startBlock);
        _startBlock = [];
    }

    /// <summary>Ends it for a reason of the agent's. The first reason counts.</summary>
    public void Kill(KillCause cause, string? failure = null)
    {
        if (Result is not null || _cause != KillCause.None) return;
        _cause = cause;
        _failure ??= failure;
        SetDeadline(s_deathLimit, () => Finish(null));
        _jail.Kill();
    }

    private void OnStarted()
    {
        if (_started) return;
        _started = true;
        _startedAt = _loop.Deadlines.Clock.GetTimestamp();
        if (_cause == KillCause.None) SetDeadline(_limits.Time, () => Kill(KillCause.Timeout));
        _owner.OnStarted(this);
    }

    private void OnOutOfMemory()
    {
        if (_looking) return;
        _looking = true;
        LookForVictim(0);
    }

    // A group above may have been short of memory, which this one is told of, too: only a victim in here ends it.
    private void LookForVictim(int look)
    {
        if (Result is not null || _cause != KillCause.None) return;
        if (ReadUsage().OomKills > 0)
        {
            Kill(KillCause.OutOfMemory);
            return;
        }

        if (look < s_oomLooks.Length) _loop.Deadlines.After(s_oomLooks[look], () => LookForVictim(look + 1));
        else _looking = false;
    }

    private void OnEnded(Report? report)
    {
        // A parent that is gone has not seen the end, and what it would have said is nobody's word.
        Finish(report is { } end ? new End(end.WaitStatus, end.UserUs + end.SystemUs, end.MinorFaults) : null);
    }

    // Both pipes have ended: whoever held them is gone, or has closed them because the program is over.
    private void OnStreamEnd()
    {
        if (Result is not null || _cause != KillCause.None || !Stdout.IsClosed || !Stderr.IsClosed || !_looksForEnding) return;
        // That it has started may still wait in its socket.
        _jail.ReadNotices();
        if (_started && _jail.ReadEnding() is { } said) Finish(new End(WaitStatus.OfExit(said.ExitCode), null, said.MinorFaults));
    }

    private void Finish(End? end)
    {
        if (Result is not null) return;
        var wall = _started ? _loop.Deadlines.Clock.GetElapsedTime(_startedAt) : TimeSpan.Zero;
        _deadline.Cancel();
        if (end is { } ended && WaitStatus.Signal(ended.WaitStatus) == LibC.SignalKill) LookForKiller();
        // The kill first: while the kernel takes the jail apart, the rest is read.
        _jail.Kill();
        Stdout.ReadRest();
        Stderr.ReadRest();

        var usage = ReadUsage();
        var result = Ending.Judge(new Observations
        {
            Started = _started,
            Cause = _cause,
            WaitStatus = end?.WaitStatus,
            Usage = usage,
            Failure = _failure ?? _jail.Failure,
        });
        result.Id = Id;
        result.WallTimeUs = (ulong)wall.TotalMicroseconds;
        // Without cpuacct only the main process and those it waited for are counted; the posture says so.
        result.CpuTimeUs = (ulong?)(usage.CpuTimeUs - _jail.CpuTimeBeforeUs) ?? end?.CpuTimeUs ?? 0;
        result.PeakMemoryBytes = (ulong)usage.PeakMemoryBytes;
        result.MinorFaults = end?.MinorFaults ?? 0;
        result.StdoutTruncated = Stdout.Truncated;
        result.StderrTruncated = Stderr.Truncated;
        result.Tier = _jail.Parent?.Tier ?? "";
        Result = result;

        _owner.OnFinished(this);
        _jail.Release();
    }

    // SIGKILL that is not ours may be the program's own, or the kernel's for lack of memory, which the counters tell; or its init was
    // killed, and by nobody in the jail.
    private void LookForKiller()
    {
        if (_cause != KillCause.None || _jail.Failure is not null) return;
        try
        {
            if (_jail.IsInitExiting()) _failure ??= "the jail's init was killed";
        }
        catch (IOException e)
        {
            _failure ??= e.Message;
        }
    }

    private CgroupUsage ReadUsage()
    {
        try
        {
            return _jail.ReadUsage();
        }
        catch (IOException e)
        {
            _failure ??= e.Message;
            return default;
        }
    }

    private void SetDeadline(TimeSpan limit, Action action)
    {
        _deadline.Cancel();
        _deadline = _loop.Deadlines.After(limit, action);
    }
}
