using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Zygotes;

/// <summary>Who is told what happens to a zygote.</summary>
/// <param name="OnWarm">It can fork.</param>
/// <param name="OnReport">It reported about a child of its own.</param>
/// <param name="OnLost">It is dead, or killed because it was of no more use: why. Its children die with it.</param>
internal sealed record ZygoteEvents(Action<Zygote> OnWarm, Action<Zygote, Report> OnReport, Action<Zygote, string> OnLost);

/// <summary>One warm interpreter: started once, forked many times, replaced by a new one.</summary>
/// <remarks>It runs libraries and never a program; a hang or death of it is a failure of Mayfly's or of a library's, and costs its children.</remarks>
internal sealed class Zygote : IJailParent, IDisposable
{
    // With a cold page cache and one slow core, the heaviest imports take some ten seconds; on a machine that is out of breath several times that.
    private static readonly TimeSpan s_warmLimit = Patience.Times(TimeSpan.FromSeconds(70));

    // A fork takes milliseconds. One that takes this long does not come back; who waits for it has time left for a fresh interpreter (GatewaySession.s_jailPatience).
    private static readonly TimeSpan s_forkLimit = Patience.Times(TimeSpan.FromSeconds(3));

    private readonly EventLoop _loop;
    private readonly Tier _tier;
    private readonly ZygoteEvents _events;
    private readonly SafeFileHandle _process;
    private readonly ParentConnection _connection;
    private readonly Orphans _orphans;
    private readonly long _startedAt;
    private readonly List<long> _sums = [];
    private Deadline _deadline;
    private int _unanswered;
    private int _living;
    private bool _isGone;

    private Zygote(EventLoop loop, Tier tier, int pid, SafeFileHandle socket, Orphans orphans, ZygoteEvents events)
    {
        (_loop, _tier, _orphans, _events, Pid) = (loop, tier, orphans, events, pid);
        orphans.Expect(pid);
        _startedAt = loop.Deadlines.Clock.GetTimestamp();
        _process = ProcessDescriptor.Open(pid) ?? throw new IOException($"zygote {tier.Name} died before it was opened");
        _connection = new ParentConnection(loop, socket, OnReport, GiveUp);
        loop.Add(_process, Readiness.Readable, _ => OnDeath());
        _deadline = loop.Deadlines.After(s_warmLimit, () => GiveUp($"it was not warm after {s_warmLimit.TotalSeconds} s"));
    }

    public string Tier => _tier.Name;

    public int Pid { get; }

    public int CopiedPercent => _tier.Language == Protocol.Messages.Language.Python ? WarmMemory.CopiedByPython : WarmMemory.CopiedByJavaScript;

    public int GarbagePercent => _tier.Language == Protocol.Messages.Language.Python ? 0 : WarmMemory.GarbageOfJavaScript;

    public long SharedBytes(int imports) => _sums.Count == 0 ? 0 : _sums[Math.Clamp(imports, 0, _sums.Count - 1)];

    public bool IsWarm { get; private set; }

    /// <summary>Children forked until now.</summary>
    public int Children { get; private set; }

    /// <summary>How long it has lived.</summary>
    public TimeSpan Age => _loop.Deadlines.Clock.GetElapsedTime(_startedAt);

    /// <summary>Starts one: the interpreter with its driver, root of the cell as the jailer is.</summary>
    /// <exception cref="IOException">It could not be started.</exception>
    public static Zygote Start(EventLoop loop, Tier tier, IEnumerable<string> leversOff, Orphans orphans, ZygoteEvents events)
    {
        var program = ZygoteProgram.Of(tier.Language, leversOff);
        var (ours, theirs) = SocketPair.Packets();
        using (theirs)
        {
            DescriptorSocket.Send(ours, ZygoteProgram.Configuration(tier, leversOff), [], wait: false);
            using var nothing = Descriptors.Own(
                LibC.OpenAt(LibC.AtCurrentDirectory, "/dev/null", LibC.OpenReadOnly | LibC.OpenCloseOnExec, 0), "open /dev/null");
            using var errors = new SafeFileHandle(2, ownsHandle: false);
            var environment = new OrderedDictionary<string, string>([.. program.Preloaded, .. Runtimes.Environment]);
            var pid = Spawn.Start(program.Command[0], program.Command, environment, program.Directory, nothing, errors, errors, theirs);
            return new Zygote(loop, tier, pid, ours, orphans, events);
        }
    }

    public void Send(in Request request, params SafeFileHandle[] descriptors)
    {
        if (_isGone) throw new InvalidOperationException($"Zygote {Tier} is gone.");
        Children++;
        _living++;
        _unanswered++;
        if (_unanswered == 1) AwaitAnswer();
        _connection.Send(request, descriptors);
    }

    /// <summary>Ends it: <see cref="ZygoteEvents.OnLost"/> follows at once. Once only.</summary>
    public void GiveUp(string why)
    {
        if (_isGone) return;
        _isGone = true;
        IsWarm = false;
        _deadline.Cancel();
        _connection.Dispose();
        ProcessDescriptor.Signal(_process, LibC.SignalKill);
        _events.OnLost(this, why);
    }

    public void Dispose() => GiveUp("the cell ends");

    /// <summary>Whether it has no living child, and so nothing to report.</summary>
    public bool IsChildless => _living == 0;

    private void OnDeath()
    {
        var status = ProcessDescriptor.Reap(_process);
        _orphans.Taken(Pid);
        _loop.Forget(_process);
        _process.Dispose();
        if (_isGone) return;
        _isGone = true;
        IsWarm = false;
        _deadline.Cancel();
        _connection.Dispose();
        _events.OnLost(this, $"it ended with {status}");
    }

    private void OnReport(Report report, SafeFileHandle? descriptor)
    {
        // A zygote passes no descriptor.
        descriptor?.Dispose();
        switch (report.Kind)
        {
            case ReportKind.Warm when !IsWarm:
                _deadline.Cancel();
                IsWarm = true;
                _events.OnWarm(this);
                return;
            case ReportKind.Grew when !IsWarm && report.Slot == _sums.Count:
                _sums.Add((long)report.MaxRssKb * 1024);
                return;
            case ReportKind.Forked when _unanswered > 0:
                Answered();
                break;
            case ReportKind.ForkFailed when _unanswered > 0:
                Answered();
                _living--;
                break;
            case ReportKind.ChildExited when _living > 0:
                _living--;
                break;
            default:
                GiveUp($"it reported {report.Kind} out of turn");
                return;
        }

        _events.OnReport(this, report);
    }

    private void Answered()
    {
        _unanswered--;
        _deadline.Cancel();
        if (_unanswered > 0) AwaitAnswer();
    }

    private void AwaitAnswer() => _deadline = _loop.Deadlines.After(s_forkLimit, () => GiveUp($"a fork was not answered within {s_forkLimit.TotalSeconds} s"));
}
