using Mayfly.Agent.Boot;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Gateway;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Posture;
using Mayfly.Agent.SelfTest;
using Mayfly.Agent.Tiers;
using Mayfly.Agent.Zygotes;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;
using Tier = Mayfly.Agent.Tiers.Tier;

namespace Mayfly.Agent;

/// <summary>The life of a cell: Configure, boot, self-test, Hello, executions, and one of the ends.</summary>
internal sealed class Agent
{
    private const int ExitDone = 0;
    private const int ExitBroken = 1;

    // The gateway is told why before the cell goes; if it does not listen, it sees the end of the stream.
    private static readonly TimeSpan s_lastWords = Patience.Times(TimeSpan.FromSeconds(1));

    private static readonly TimeSpan s_configureLimit = TimeSpan.FromSeconds(60);

    private readonly EventLoop _loop;
    private readonly GatewayConnection _gateway;
    private readonly Deadline _configureDeadline;
    private JailPool? _pool;
    private ZygoteKeeper[] _keepers = [];
    private bool _warmTestBegun;
    private CellSelfTest? _selfTest;
    private uint _bootSteps;
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

    // Boot: cgroups, then the jailer (which must be in its own leaf of a v2 tree), then zygotes and spares.
    private void Boot(Configure configure, ExecutionLimits limits)
    {
        HostTables.Bound();
        var levers = new Levers(configure.LeversOff);
        var cgroups = CgroupTrees.Open("/run/cgroup");
        cgroups.SparesYield = levers.SparesYield;
        var process = JailerProcess.Start();
        cgroups.AddParent(process.Pid);
        process.Watch(_loop, BeBroken);
        var orphans = new Orphans();
        orphans.Expect(process.Pid);
        Jailer jailer = null!;
        jailer = new Jailer(_loop, process.Socket, (report, descriptor) => _pool!.OnReport(jailer, report, descriptor), BeBroken);

        var tiers = Tier.FromConfigure(configure);
        var slots = (int)configure.Slots;
        _keepers = [.. tiers.Index().Select(tier => Keeper(tier.Item, tier.Index, Rotation.From(configure.Zygotes), levers, orphans, cgroups))];
        SpareKind[] warm = [.. tiers.Index().Select(tier => Warm(tier.Item, _keepers[tier.Index], slots))];
        // Without tiers a fresh interpreter is behind every slot; with them it is the exception.
        var cold = new SpareKind("cold", () => jailer, tiers.Count == 0 ? slots : 1, slots) { IsCold = true };
        _pool = new JailPool(_loop, cgroups, jailer, slots, limits.Jail, [.. warm, cold], BeBroken, topsUpAtOnce: !levers.CalmTopUp, keepsNetworks: levers.KeptNetwork) { ReapOrphans = orphans.Reap };

        var choice = new SpareChoice(tiers, warm, cold);
        var posture = new CellPosture(cgroups.Version, configure.WaivedLayers);
        _selfTest = new CellSelfTest(_loop, _pool, choice, limits, posture, SayBooting, () => OnTested(choice, limits, posture, levers));
        _pool.Start();
        foreach (var keeper in _keepers) keeper.Start();
        _selfTest.StartCold();
        TestWarmWhenTried();
    }

    private ZygoteKeeper Keeper(Tier tier, int index, Rotation rotation, Levers levers, Orphans orphans, ICgroupTree cgroups) => new(_loop, tier, rotation, levers.Off, orphans, cgroups, new KeeperEvents(
        () => OnParentChange(index),
        () => OnParentChange(index),
        (zygote, report) => _pool!.OnReport(zygote, report, null),
        (zygote, why) => _pool!.OnParentLost(zygote, why)));

    private static SpareKind Warm(Tier tier, ZygoteKeeper keeper, int slots) => new(tier.Name, () => keeper.Current, tier.Spares, slots)
    {
        OnWorked = keeper.Served,
        OnForked = keeper.RotateIfDue,
        GiveUpParent = why => keeper.Current?.GiveUp(why),
    };

    private void OnParentChange(int index)
    {
        _pool!.Kinds[index].OnParentChange();
        _selfTest?.GoesOn();
        TestWarmWhenTried();
    }

    // A tier that does not come up costs speed and nothing else: the cell serves it cold, and says so.
    private void TestWarmWhenTried()
    {
        if (_warmTestBegun || _selfTest is null || !_keepers.All(keeper => keeper.HasTried)) return;
        _warmTestBegun = true;
        _selfTest.StartWarm();
    }

    // More would be no sign any more: a zygote that dies over and over does not bring the boot on.
    private void SayBooting()
    {
        if (!_ending && _bootSteps < FrameLimits.MaxBootSteps) _gateway.Send(new FromAgent { Booting = new Booting { Steps = ++_bootSteps } });
    }

    private void OnTested(SpareChoice choice, ExecutionLimits limits, CellPosture posture, Levers levers)
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
                Slots = (uint)_pool!.Slots,
                Runtimes = { selfTest.Runtimes },
                Tiers = { _pool.Kinds.Where(kind => !kind.IsCold && kind.CanFork).Select(kind => kind.Name) },
                Posture = { posture.Layers },
                SelfTest = { selfTest.Checks },
            },
        });
        Log.Line($"ready: {_pool.Slots} slots, {selfTest.Checks.Count} checks passed, {posture.Note}");

        _session = new GatewaySession(
            _loop, _gateway, _pool, choice, limits, levers.EarlyEnd, () => _keepers.Sum(keeper => keeper.Failures),
            () => End(ExitDone, "drained"), why => BeBroken($"the gateway broke the protocol: {why}"));
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
