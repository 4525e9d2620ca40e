using Mayfly.Agent.Boot;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Gateway;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Posture;
using Mayfly.Agent.SelfTest;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent;

/// <summary>The life of a cell: Configure, boot, self-test, Hello, executions, and one of the ends.</summary>
internal sealed class Agent
{
    private const int ExitDone = 0;
    private const int ExitBroken = 1;

    // The gateway is told why before the cell goes; if it does not listen, it sees the end of the stream.
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_configureLimit = TimeSpan.FromSeconds(60);

    private readonly EventLoop _loop;
    private readonly GatewayConnection _gateway;
    private readonly Deadline _configureDeadline;
    private SlotPool? _pool;
    private CellSelfTest? _selfTest;
    private GatewaySession? _session;
    private bool _ending;

    /// <param name="loop">Runs everything.</param>
    /// <param name="stream">The cell stream.</param>
    public Agent(EventLoop loop, SafeFileHandle stream)
    {
        _loop = loop;
        _gateway = new GatewayConnection(loop, stream, OnMessage, OnStreamEnd);
        _configureDeadline = loop.Deadlines.After(s_configureLimit, () => BeNotReady("no Configure came"));
        loop.AfterBatch = AfterBatch;
    }

    private static string Version => typeof(Agent).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    private void AfterBatch()
    {
        if (_ending) return;
        if (_session is not null) _session.Pump();
        else _gateway.Flush();
    }

    private void OnMessage(ToAgent message)
    {
        if (_ending) return;
        if (_session is not null) _session.OnMessage(message);
        else if (message.MessageCase == ToAgent.MessageOneofCase.Configure && _pool is null) Configure(message.Configure);
        else if (message.MessageCase == ToAgent.MessageOneofCase.Drain) End(ExitDone, "drained before it was ready");
        else if (message.MessageCase != ToAgent.MessageOneofCase.StatusRequest) BeNotReady($"{message.MessageCase} before Hello");
    }

    private void Configure(Configure configure)
    {
        _configureDeadline.Cancel();
        if (configure.ProtocolVersion != FrameLimits.ProtocolVersion)
        {
            BeNotReady($"the gateway speaks protocol version {configure.ProtocolVersion}, this agent {FrameLimits.ProtocolVersion}: they must come from the same build");
            return;
        }

        try
        {
            if (configure.Slots is 0 or > FrameLimits.MaxSlots) throw new ArgumentException($"slots is {configure.Slots}, not in 1..{FrameLimits.MaxSlots}");
            Boot(configure, ExecutionLimits.FromConfigure(configure.Limits));
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            BeNotReady(e.Message);
        }
    }

    // Boot: cgroups, then the jailer (which must be in its own leaf of a v2 tree), then a jail in every slot.
    private void Boot(Configure configure, ExecutionLimits limits)
    {
        HostTables.Bound();
        var cgroups = CgroupTrees.Open("/run/cgroup");
        var process = JailerProcess.Start();
        process.Watch(_loop, BeBroken);
        var jailer = new ParentConnection(_loop, process.Socket, (report, descriptor) => _pool!.OnReport(report, descriptor), why => BeBroken($"the jailer: {why}"));
        _pool = new SlotPool(_loop, cgroups, jailer, (int)configure.Slots, limits.Jail, BeBroken);

        var posture = new CellPosture(cgroups.Version, configure.WaivedLayers);
        _selfTest = new CellSelfTest(_loop, _pool, limits, posture, () => OnTested(limits, posture));
        _pool.Start();
    }

    private void OnTested(ExecutionLimits limits, CellPosture posture)
    {
        var selfTest = _selfTest!;
        if (posture.Missing() is { } missing)
        {
            BeNotReady($"layer {missing.Name} is not in force: {missing.Detail}. \"mayfly doctor\" lists the layers and their cures");
            return;
        }

        if (selfTest.Checks.FirstOrDefault(check => !check.Passed) is { } failed)
        {
            BeNotReady($"the self-test failed at {failed.Name}: {failed.Detail}");
            return;
        }

        _gateway.Send(new FromAgent
        {
            Hello = new Hello
            {
                ProtocolVersion = FrameLimits.ProtocolVersion,
                AgentVersion = Version,
                LauncherNote = posture.Note,
                Slots = (uint)_pool!.Count,
                Runtimes = { selfTest.Runtimes },
                Tiers = { },
                Posture = { posture.Layers },
                SelfTest = { selfTest.Checks },
            },
        });
        Log.Line($"ready: {_pool.Count} slots, {selfTest.Checks.Count} checks passed, {posture.Note}");

        _session = new GatewaySession(
            _loop, _gateway, _pool, limits, () => End(ExitDone, "drained"), why => BeBroken($"the gateway broke the protocol: {why}"));
        _pool.OnReady = _session.OnJailReady;
    }

    private void BeNotReady(string reason)
    {
        if (_ending) return;
        var notReady = new NotReady { Reason = reason };
        if (_selfTest is not null)
        {
            notReady.Posture.AddRange(_selfTest.Posture.Layers);
            notReady.SelfTest.AddRange(_selfTest.Checks);
        }

        _gateway.Send(new FromAgent { NotReady = notReady });
        End(ExitBroken, $"not ready: {reason}");
    }

    // Nothing in the cell can be relied on any more: it is disposable, and the gateway starts another one.
    private void BeBroken(string reason)
    {
        if (_ending) return;
        if (_session is null)
        {
            BeNotReady(reason);
            return;
        }

        _session.FailAll(reason);
        End(ExitBroken, $"broken: {reason}");
    }

    // Nobody is there to run anything for. The kernel takes the pid namespace, and with it everything, when PID 1 exits.
    private void OnStreamEnd(string why)
    {
        _ending = true;
        Log.Line($"the gateway is gone: {why}");
        _loop.Stop(ExitDone);
    }

    private void End(int exitCode, string why)
    {
        if (_ending) return;
        _ending = true;
        Log.Line(why);
        _gateway.FlushAndWait(s_lastWords);
        _loop.Stop(exitCode);
    }
}
