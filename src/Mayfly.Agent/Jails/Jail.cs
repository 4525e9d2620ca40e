using System.Globalization;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>How far a jail is. It only moves forward, and is used once.</summary>
internal enum JailPhase
{
    /// <summary>The jailer makes namespaces and mounts.</summary>
    Preparing,

    /// <summary>A parent forks the child, which puts on the layers.</summary>
    Entering,

    /// <summary>Every layer is in force; the child waits for its one program.</summary>
    Ready,

    /// <summary>The program was handed over.</summary>
    Running,

    /// <summary>Killed: it is over when the death of everything in it is verified and its cgroup removed.</summary>
    Reaping,

    /// <summary>Nothing is left of it.</summary>
    Gone,
}

/// <summary>What happens to the program in a jail.</summary>
/// <param name="OnStarted">User code runs next.</param>
/// <param name="OnOutOfMemory">The kernel reported a lack of memory, here or in a group above: to be looked at.</param>
/// <param name="OnEnded">The main process is gone: by itself, killed, or before user code (see <see cref="Jail.Failure"/>); null if its
/// parent is gone, too, and nobody saw how it ended.</param>
internal sealed record ProgramEvents(Action OnStarted, Action OnOutOfMemory, Action<Report?> OnEnded);

/// <summary>Who is told about a jail as a whole.</summary>
/// <param name="OnReady">It can take a program.</param>
/// <param name="OnGone">Nothing is left of it; <see cref="Jail.Failure"/> says whether it was of use.</param>
/// <param name="OnBroken">It can be neither used nor removed: the cell is of no more use.</param>
internal sealed record JailEvents(Action<Jail> OnReady, Action<Jail> OnGone, Action<string> OnBroken);

/// <summary>One single-use jail: prepared by the jailer, entered by a child of a parent, killed whole, verified gone.</summary>
/// <remarks>
/// Preparing (namespaces, mounts, cgroup) and forking are separate steps, since they have separate parties: the jailer
/// prepares every jail; the child may be forked by the jailer too, or by a warm interpreter, which speaks the same packets.
/// </remarks>
internal sealed class Jail
{
    // Preparing takes about 1 ms and entering some 10 ms on cgroup v1. Whoever needs seconds is stuck.
    private static readonly TimeSpan s_stepLimit = Patience.Times(TimeSpan.FromSeconds(20));

    // A kill takes about 2 ms; a process in an uninterruptible wait may need longer.
    private static readonly TimeSpan s_reapLimit = Patience.Times(TimeSpan.FromSeconds(20));
    private static readonly TimeSpan s_reportLimit = TimeSpan.FromSeconds(2);

    // Programs that think and not compute end sooner.
    private static readonly TimeSpan s_shortProgram = TimeSpan.FromMilliseconds(200);

    // rmdir answers EBUSY until the last exit is complete. Each try takes the one lock that all cgroups of the machine share, and where exits
    // take long the loop, with every deadline, would wait for that lock: so the tries get rarer.
    private static readonly TimeSpan s_removeRetry = TimeSpan.FromMilliseconds(2), s_longestRetry = TimeSpan.FromMilliseconds(64);

    private readonly EventLoop _loop;
    private readonly IJailParent _jailer;
    private readonly Func<IJailParent?> _nextParent;
    private readonly JailLimits _limits;
    private readonly JailNetwork _network;
    private readonly JailEvents _owner;

    private Deadline _deadline;
    private TimeSpan _removeRetry = s_removeRetry;
    private SafeFileHandle? _init;
    private int _initPid;
    private ChildControl? _control;
    private SafeFileHandle? _childStdout;
    private SafeFileHandle? _childStderr;
    private EndingFile? _ending;
    private SocketWatch? _sockets;
    private IJailParent? _parent;
    private ProgramEvents? _program;
    private bool _sawReadyNotice;
    private WarmMemory _memory;
    private bool _killed;
    private bool _initGone;
    private bool _childGone;

    /// <summary>Makes its cgroup, and asks for it to be prepared.</summary>
    /// <param name="loop">Calls back.</param>
    /// <param name="jailer">Prepares it.</param>
    /// <param name="nextParent">Asked for who forks the child, when that is due: the jailer itself, or a zygote; null if there is none by then.</param>
    /// <param name="cgroups">Where its cgroup is made.</param>
    /// <param name="slot">Its number; decides the uid.</param>
    /// <param name="generation">Which of the cell's jails it is.</param>
    /// <param name="limits">What it is prepared with.</param>
    /// <param name="network">Where its network namespace comes from.</param>
    /// <param name="owner">Is told how it goes.</param>
    /// <exception cref="IOException">The cgroup could not be made.</exception>
    public Jail(
        EventLoop loop,
        IJailParent jailer,
        Func<IJailParent?> nextParent,
        ICgroupTree cgroups,
        uint slot,
        ulong generation,
        JailLimits limits,
        JailNetwork network,
        JailEvents owner)
    {
        (_loop, _jailer, _nextParent, _limits, _network, _owner) = (loop, jailer, nextParent, limits, network, owner);
        (Slot, CgroupLimits) = (slot, limits.Cgroup);
        Cgroup = cgroups.Create(string.Create(CultureInfo.InvariantCulture, $"slot-{slot}-{generation}"), limits.Cgroup);
        _deadline = _loop.Deadlines.After(s_stepLimit, () => Break("PREPARE was not answered"));
        _jailer.Send(NewRequest(RequestKind.Prepare));
    }

    public uint Slot { get; }

    public JailPhase Phase { get; private set; } = JailPhase.Preparing;

    /// <summary>Why it came to nothing: step and errno; null if it did its work.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether a program was handed over.</summary>
    public bool WasUsed => _program is not null;

    /// <summary>The child, in the cell's pid namespace.</summary>
    public int ChildPid { get; private set; }

    /// <summary>Whether its sockets are watched: by a filter of its own, which the kernel counts.</summary>
    public bool WatchesSockets => _sockets is not null;

    /// <summary>Why they are not, though they should be: errno, as EBUSY where a container runtime around the cell watches calls itself. 0: nothing was wrong.</summary>
    public int WatchError { get; private set; }

    /// <summary>Whether its network namespace is as good as new. Final when nothing is left of it.</summary>
    public bool NetworkIsUntouched => Phase == JailPhase.Gone && _sockets is { SawSocket: false };

    /// <summary>What the child found in its kernel; 0 is none.</summary>
    public uint LandlockAbi { get; private set; }

    public IExecutionCgroup Cgroup { get; }

    public CgroupLimits CgroupLimits { get; private set; }

    /// <summary>Whose child the program is; null before there is one.</summary>
    public IJailParent? Parent => _parent;

    /// <summary>It was of use, but its place was needed for something else.</summary>
    public bool WasEvicted { get; private set; }

    /// <summary>Its parent is gone, and it with it.</summary>
    public bool WasOrphaned { get; private set; }

    /// <summary>Whether it came to nothing before it had entered: the jailer's failure, and not its parent's.</summary>
    public bool FailedInPreparing { get; private set; }

    /// <summary>CPU time that making it ready took: not the program's.</summary>
    public long CpuTimeBeforeUs { get; private set; }

    /// <summary>Where the program's output comes from. The jail's: to be forgotten by the loop before <see cref="Release"/>.</summary>
    public SafeFileHandle Stdout { get; private set; } = null!;

    /// <inheritdoc cref="Stdout"/>
    public SafeFileHandle Stderr { get; private set; } = null!;

    // The answer to FORK comes in Reaping, too: when the init died meanwhile.
    private bool IsForkOpen => _childStdout is not null && ChildPid == 0 && !_childGone;

    /// <summary>What the program said of its end, when its pipes have come to theirs; null if it said nothing.</summary>
    public EndingPage? ReadEnding() => _ending?.Read();

    /// <summary>Reads what the child has said until now.</summary>
    public void ReadNotices() => _control?.ReadNotices();

    /// <summary>Its place is needed: it ends without having had a program.</summary>
    public void Evict()
    {
        WasEvicted = true;
        Release();
    }

    /// <summary>The parent is gone. Its children die with it, and nobody will report how.</summary>
    public void OnParentLost(string why)
    {
        if (_childGone || Phase == JailPhase.Gone) return;
        (_childGone, WasOrphaned) = (true, true);
        CloseChildEnds();
        if (Phase == JailPhase.Running)
        {
            Failure ??= $"zygote {_parent!.Tier}: {why}";
            _program!.OnEnded(null);
        }
        else if (Phase != JailPhase.Reaping)
        {
            // Not the jail's own failure: the zygote's is counted where zygotes are kept.
            Evict();
        }

        RemoveIfDead();
    }

    /// <summary>A program waits for it: it is made as fast as programs run.</summary>
    public void Hurry() => Weigh(CpuWeight.Program);

    /// <summary>Takes what a parent reported about this slot.</summary>
    public void OnReport(in Report report, SafeFileHandle? descriptor)
    {
        switch (report.Kind)
        {
            case ReportKind.Prepared when Phase == JailPhase.Preparing && descriptor is not null:
                (_init, _initPid) = (descriptor, report.Pid);
                ForkOrFail();
                return;
            case ReportKind.PrepareFailed when Phase == JailPhase.Preparing:
                (_initGone, _childGone, FailedInPreparing) = (true, true, true);
                Fail($"preparing the jail failed at {report.Step}: {Errno.Name(report.Error)}");
                break;
            case ReportKind.Forked when IsForkOpen:
                ChildPid = report.Pid;
                CloseChildEnds();
                BecomeReadyIfComplete();
                return;
            case ReportKind.ForkFailed when IsForkOpen:
                _childGone = true;
                CloseChildEnds();
                Fail($"forking into the jail failed at {report.Step}: {Errno.Name(report.Error)}");
                break;
            case ReportKind.ChildExited when !_childGone && report.Pid == ChildPid:
                _childGone = true;
                OnChildExited(report);
                break;
            case ReportKind.InitExited when !_initGone && _init is not null:
                _initGone = true;
                // The child dies with it; its own report follows, or has come: a zygote's reports and the jailer's overtake each other.
                if (Phase != JailPhase.Reaping && !_killed) Fail($"the jail's init died: {WaitStatus.Describe(report.WaitStatus)}");
                break;
            default:
                descriptor?.Dispose();
                Break($"report {report.Kind} does not fit a jail that is {Phase}");
                return;
        }

        RemoveIfDead();
    }

    /// <summary>Sets the limits of the program that comes next.</summary>
    /// <param name="limits">At or below what it was prepared with.</param>
    /// <param name="imports">How many of its parent's modules the program has any use for: the memory of the rest is not its own.</param>
    /// <exception cref="IOException">The kernel refused one.</exception>
    public void SetLimits(CgroupLimits limits, int imports)
    {
        var memory = _memory.IsWarm ? _memory with { SharedBytes = _parent!.SharedBytes(imports) } : _memory;
        if (limits == CgroupLimits && memory == _memory) return;
        (CgroupLimits, _memory) = (limits, memory);
        Cgroup.SetLimits(OwnShare(limits));
    }

    private CgroupLimits OwnShare(CgroupLimits limits) => limits with { MemoryBytes = _memory.OwnLimit(limits.MemoryBytes) };

    /// <summary>What the program has used, with what it has from its parent.</summary>
    /// <exception cref="IOException">The kernel did not tell.</exception>
    public CgroupUsage ReadUsage()
    {
        var own = Cgroup.ReadUsage();
        return own with { PeakMemoryBytes = Math.Min(_memory.Whole(own.PeakMemoryBytes), CgroupLimits.MemoryBytes) };
    }

    /// <summary>Gives the child its program.</summary>
    public void HandOver(ReadOnlyMemory<byte> startBlock, ProgramEvents events)
    {
        if (Phase != JailPhase.Ready) throw new InvalidOperationException($"A jail that is {Phase} takes no program.");
        Phase = JailPhase.Running;
        _program = events;
        SetDeadline(s_shortProgram, () => Weigh(CpuWeight.LongProgram));
        _control!.Start(startBlock);
    }

    /// <summary>Kills everything in it. The main process's end is still reported.</summary>
    public void Kill()
    {
        _killed = true;
        Cgroup.Kill();
        // SIGKILL to a pid namespace's init takes the namespace with it, however fast its processes fork.
        if (_init is not null) ProcessDescriptor.Signal(_init, LibC.SignalKill);
    }

    /// <summary>Whether the init is dying, which kills the program, too. To be asked before <see cref="Kill"/>.</summary>
    public bool IsInitExiting()
    {
        // proc_pid_stat(5): the name, in parentheses, may hold anything; the flags are the seventh field after it. Exiting
        // comes before the kernel kills the rest of the namespace, and the pid is the init's until the jailer has reported its end.
        const uint Exiting = 0x4; // PF_EXITING
        if (_initGone) return true;
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{_initPid}/stat"));
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (uint.Parse(fields[6], CultureInfo.InvariantCulture) & Exiting) != 0;
    }

    /// <summary>The program's result has been taken, or there will be none: nothing of the jail is needed any more.</summary>
    public void Release()
    {
        if (Phase is JailPhase.Reaping or JailPhase.Gone) return;
        Phase = JailPhase.Reaping;
        SetDeadline(s_reportLimit, OnReapingTakesLong);
        Kill();
        // The kernel takes a dead process's memory apart in that process's time.
        Weigh(CpuWeight.Behind);
        RemoveIfDead();
    }

    // What it weighs makes it faster or slower, and nothing else.
    private void Weigh(long weight)
    {
        try
        {
            Cgroup.SetCpuWeight(weight);
        }
        catch (IOException e)
        {
            Log.Line($"slot {Slot}: {e.Message}");
        }
    }

    private void OnReapingTakesLong()
    {
        SetDeadline(s_reapLimit, () => Break("not everything in it is dead after the kill"));
        LookForReport(wasDead: false);
    }

    // A killed child may take seconds to die, throttled as it is. A zygote that leaves a dead one unreported hangs. (The jailer would, too, but then the
    // cell is of no use.)
    private void LookForReport(bool wasDead)
    {
        if (Phase != JailPhase.Reaping || _childGone || _parent?.Tier is null || ChildPid == 0) return;
        var isDead = IsZombie(ChildPid);
        if (isDead && wasDead) _parent.GiveUp($"the end of its child in slot {Slot} was not reported");
        else _loop.Deadlines.After(s_reportLimit, () => LookForReport(isDead));
    }

    // The pid stays the child's until its parent has waited for it.
    private static bool IsZombie(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat.AsSpan(stat.LastIndexOf(')') + 2).StartsWith("Z");
        }
        catch (IOException)
        {
            // Waited for just now: the report is on its way.
            return false;
        }
    }

    private Request NewRequest(RequestKind kind) => new()
    {
        Kind = kind,
        Slot = Slot,
        Uid = JailPool.FirstUid + Slot,
        Gid = JailPool.FirstUid + Slot,
        WritableBytes = _limits.WritableBytes,
        WritableInodes = _limits.WritableInodes,
        Processes = (uint)_limits.Cgroup.Processes,
        // One file may be as large as all of them together.
        FileBytes = _limits.WritableBytes,
        NetworkUntouched = _network.IsUntouched ? 1u : 0,
        WatchSockets = _network.IsWatched ? 1u : 0,
    };

    private void Fork()
    {
        _parent = _nextParent();
        if (_parent is null)
        {
            _childGone = true;
            Evict();
            return;
        }

        Phase = JailPhase.Entering;
        SetDeadline(s_stepLimit, () => _parent.GiveUp($"slot {Slot}, {Phase}: the child did not become ready"));
        _control = new ChildControl(_loop, OnNotice);
        (Stdout, _childStdout) = Descriptors.Pipe();
        (Stderr, _childStderr) = Descriptors.Pipe();
        _ending = new EndingFile();
        if (Cgroup.OomEvents is { } oom) _loop.Add(oom, Cgroup.OomInterest, _ => OnOutOfMemory());

        _parent.Send(
            NewRequest(RequestKind.Fork), [_init!, _control.Theirs, _childStdout, _childStderr, _ending.Handle, .. Cgroup.Entrances]);
    }

    private void ForkOrFail()
    {
        try
        {
            Fork();
        }
        catch (IOException e)
        {
            // The child was not asked for: sending FORK is the last step.
            _childGone = true;
            Fail(e.Message);
        }
    }

    private void OnNotice(Notice notice, SafeFileHandle? descriptor)
    {
        if (descriptor is not null && (notice.Kind != NoticeKind.Ready || _sawReadyNotice || !_network.IsWatched))
        {
            descriptor.Dispose();
            Fail($"the child sent a descriptor with {notice.Kind} that nobody had asked for");
            return;
        }

        switch (notice.Kind)
        {
            case NoticeKind.Ready when Phase == JailPhase.Entering && !_sawReadyNotice:
                if (_network.IsWatched && descriptor is null && notice.Error == 0)
                {
                    Fail("the child's watch for sockets was lost on its way; the agent may have too many open descriptors");
                    break;
                }

                _sawReadyNotice = true;
                WatchError = notice.Error;
                if (descriptor is not null) _sockets = new SocketWatch(_loop, descriptor);
                LandlockAbi = notice.LandlockAbi;
                BecomeReadyIfComplete();
                break;
            case NoticeKind.Started when Phase == JailPhase.Running:
                _program!.OnStarted();
                break;
            case NoticeKind.Failed:
                Fail($"entering the jail failed at {notice.Step}: {Errno.Name(notice.Error)}");
                break;
            default:
                descriptor?.Dispose();
                Fail($"the child said {notice.Kind} while the jail was {Phase}");
                break;
        }
    }

    // The child's notice and the parent's report come on different sockets, in any order.
    private void BecomeReadyIfComplete()
    {
        if (!_sawReadyNotice || ChildPid == 0 || Phase != JailPhase.Entering) return;
        try
        {
            var before = Cgroup.ReadUsage();
            CpuTimeBeforeUs = before.CpuTimeUs ?? 0;
            _memory = new WarmMemory(_parent!.SharedBytes(int.MaxValue), before.PeakMemoryBytes, _parent.CopiedPercent, _parent.GarbagePercent);
            if (_memory.IsWarm) Cgroup.SetLimits(OwnShare(CgroupLimits));
        }
        catch (IOException e)
        {
            Fail(e.Message);
            return;
        }

        Phase = JailPhase.Ready;
        Weigh(CpuWeight.Program);
        _deadline.Cancel();
        _owner.OnReady(this);
    }

    private void OnOutOfMemory()
    {
        Cgroup.AcknowledgeOomEvent();
        if (Phase == JailPhase.Running) _program!.OnOutOfMemory();
    }

    private void OnChildExited(in Report report)
    {
        // What the child said before its end may still wait in the socket.
        if (Phase != JailPhase.Reaping) ReadNotices();
        if (Phase == JailPhase.Running) _program!.OnEnded(report);
        else if (Phase != JailPhase.Reaping) Fail($"the child ended before it had a program: {WaitStatus.Describe(report.WaitStatus)}");
    }

    private void Fail(string why)
    {
        Failure ??= why;
        // A running program's end is reported to its execution, which then releases the jail.
        if (Phase == JailPhase.Running) Kill();
        else Release();
    }

    private void RemoveIfDead()
    {
        if (Phase != JailPhase.Reaping || !_initGone || !_childGone) return;
        Close();
        try
        {
            if (!Cgroup.TryRemove())
            {
                _loop.Deadlines.After(_removeRetry, RemoveIfDead);
                _removeRetry = _removeRetry * 2 < s_longestRetry ? _removeRetry * 2 : s_longestRetry;
                return;
            }
        }
        catch (IOException e)
        {
            Break(e.Message);
            return;
        }

        _deadline.Cancel();
        Cgroup.Dispose();
        Phase = JailPhase.Gone;
        if (_network.IsWatched && !NetworkIsUntouched) _jailer.Send(NewRequest(RequestKind.Forget));
        _owner.OnGone(this);
    }

    private void Close()
    {
        _control?.Close();
        CloseChildEnds();
        if (Cgroup.OomEvents is { } oom) _loop.Forget(oom);
        Stdout?.Dispose();
        Stderr?.Dispose();
        _ending?.Close();
        _sockets?.Close();
        _init?.Dispose();
    }

    private void CloseChildEnds()
    {
        _control?.Theirs.Dispose();
        _childStdout?.Dispose();
        _childStderr?.Dispose();
    }

    private void SetDeadline(TimeSpan limit, Action action)
    {
        _deadline.Cancel();
        _deadline = _loop.Deadlines.After(limit, action);
    }

    private void Break(string why) => _owner.OnBroken($"slot {Slot}, {Phase}: {why}");
}
