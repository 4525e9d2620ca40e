using System.Globalization;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>One execution's groups in the v1 hierarchies.</summary>
internal sealed class CgroupV1Execution(string name, IReadOnlyDictionary<string, CgroupDirectory> parents, CgroupV1Features has, bool yields) : IExecutionCgroup
{
    // What waits in TCP sockets is counted apart from memory, and not at all without this limit: 110 pairs of loopback sockets held
    // 413 MiB. A program's own server and client need a fraction of this; at the limit they wait for each other.
    private const long MaxTcpBytes = 16 << 20;

    // What a new group has of processors' time needs no writing (kernel/sched: default_cfs_period); the other limits always do.
    private static readonly CgroupLimits s_ofNewGroup = new(0, CgroupLimits.NoCpuQuota, CpuPeriodUs: 100_000, 0);

    // A huge page's worth, twice.
    private const long NearLimitBytes = 4 << 20;

    private readonly Dictionary<string, CgroupDirectory> _byController = [];
    private readonly List<(CgroupDirectory Parent, CgroupDirectory Own)> _made = [];
    private readonly List<SafeFileHandle> _entrances = [];
    private SafeFileHandle? _oomEvents;
    private CgroupFile? _peak;
    private CgroupFile? _oomControl;
    private CgroupFile? _cpuTime;
    private CgroupFile? _shares;
    private CgroupLimits _limits = s_ofNewGroup;
    private long _memoryLimit = long.MaxValue;
    private long _weight = CpuWeight.Program;
    private long _tcpLimit = long.MaxValue;

    public IReadOnlyList<SafeFileHandle> Entrances => _entrances;

    public SafeFileHandle? OomEvents => _oomEvents;

    public Readiness OomInterest => Readiness.Readable;

    /// <summary>Makes the groups with their limits; everything is opened now that the request path or the end will need.</summary>
    public void Make(CgroupLimits limits)
    {
        foreach (var (controller, parent) in parents)
        {
            var mountedTogether = _made.FirstOrDefault(made => made.Parent == parent).Own;
            if (mountedTogether is null)
            {
                mountedTogether = parent.MakeChild(name);
                _made.Add((parent, mountedTogether));
                _entrances.Add(mountedTogether.Open("cgroup.procs", LibC.OpenWriteOnly));
            }

            _byController[controller] = mountedTogether;
        }

        if (_byController.TryGetValue("memory", out var memory))
        {
            _peak = memory.OpenFile("memory.max_usage_in_bytes");
            _oomControl = memory.OpenFile("memory.oom_control");
            _oomEvents = SubscribeToOom(memory, _oomControl);
        }

        if (_byController.TryGetValue("cpuacct", out var cpuacct)) _cpuTime = cpuacct.OpenFile("cpuacct.usage");
        SetCpuWeight(CpuWeight.Behind);
        SetLimits(limits);
    }

    // Only what changes is written. A warm child's memory limit is set twice.
    public void SetLimits(CgroupLimits limits)
    {
        var before = _limits;
        if (before.MemoryBytes != limits.MemoryBytes && _byController.TryGetValue("memory", out var memory)) SetMemoryLimit(memory, limits.MemoryBytes);
        if (before.Processes != limits.Processes && _byController.TryGetValue("pids", out var pids)) pids.Write("pids.max", limits.Processes);
        if (_byController.TryGetValue("cpu", out var cpu))
        {
            if (before.CpuPeriodUs != limits.CpuPeriodUs) cpu.Write("cpu.cfs_period_us", limits.CpuPeriodUs);
            if (before.CpuQuotaUs != limits.CpuQuotaUs) cpu.Write("cpu.cfs_quota_us", limits.CpuQuotaUs);
        }

        _limits = limits;
    }

    public void SetCpuWeight(long weight)
    {
        if (!yields || weight == _weight || !_byController.TryGetValue("cpu", out var cpu)) return;
        _shares ??= cpu.OpenFile("cpu.shares", LibC.OpenWriteOnly);
        _shares.Write(CpuWeight.Shares(weight));
        _weight = weight;
    }

    public void AcknowledgeOomEvent()
    {
        Span<byte> counter = stackalloc byte[8];
        _oomEvents?.Read(counter);
    }

    public CgroupUsage ReadUsage()
    {
        long peak = 0, oomKills = 0;
        var hitLimit = false;
        if (_peak is not null)
        {
            peak = _peak.ReadNumber();
            oomKills = _oomControl!.ReadKeyed("oom_kill"u8);
            // memory.failcnt would say it, but Linux 6.18 leaves it at 0. A charge that fails is of a few pages.
            hitLimit = peak >= _memoryLimit - NearLimitBytes;
        }

        return new CgroupUsage(peak, _cpuTime?.ReadNumber() / 1000, oomKills, hitLimit);
    }

    public IReadOnlyList<CgroupFinding> Inspect(CgroupLimits limits, int pid) =>
    [
        InspectOne("cgroup.memory", "memory", pid, memory => memory.ReadNumber("memory.limit_in_bytes") <= limits.MemoryBytes
            ? $"memory.limit_in_bytes {memory.ReadNumber("memory.limit_in_bytes")}"
            : null),
        InspectSwap(limits, pid),
        InspectOne("cgroup.cpu", "cpu", pid, cpu => cpu.ReadNumber("cpu.cfs_quota_us") == limits.CpuQuotaUs
            && cpu.ReadNumber("cpu.cfs_period_us") == limits.CpuPeriodUs
            ? $"cpu.cfs_quota_us {limits.CpuQuotaUs} in {limits.CpuPeriodUs}; CPU time by {(_byController.ContainsKey("cpuacct") ? "cpuacct" : "the main process's rusage: there is no cpuacct")}"
            : null),
        InspectOne("cgroup.pids", "pids", pid, pids => pids.ReadNumber("pids.max") == limits.Processes
            ? $"pids.max {limits.Processes}"
            : null),
    ];

    // v1 has no cgroup.kill.
    public void Kill() { }

    public bool TryRemove()
    {
        for (var i = _made.Count - 1; i >= 0; i--)
        {
            if (!_made[i].Parent.TryRemoveChild(name)) return false;
            _made[i].Own.Dispose();
            _made.RemoveAt(i);
        }

        return true;
    }

    public void Dispose()
    {
        // Closing the eventfd ends the subscription.
        _oomEvents?.Dispose();
        _peak?.Dispose();
        _oomControl?.Dispose();
        _cpuTime?.Dispose();
        _shares?.Dispose();
        foreach (var entrance in _entrances) entrance.Dispose();
        foreach (var (_, own) in _made) own.Dispose();
    }

    private void SetMemoryLimit(CgroupDirectory memory, long bytes)
    {
        var tcp = Math.Min(bytes, MaxTcpBytes);
        if (has.TcpLimit && _tcpLimit != tcp) memory.Write("memory.kmem.tcp.limit_in_bytes", tcp);
        // At every moment the limit with swap must be at or above the one without it: the kernel refuses another order. A new group has no limit.
        var raised = has.SwapLimit && _memoryLimit < bytes;
        if (raised) memory.Write("memory.memsw.limit_in_bytes", bytes);
        memory.Write("memory.limit_in_bytes", bytes);
        if (has.SwapLimit && !raised) memory.Write("memory.memsw.limit_in_bytes", bytes);
        (_memoryLimit, _tcpLimit) = (bytes, tcp);
    }

    private static SafeFileHandle SubscribeToOom(CgroupDirectory memory, CgroupFile oomControl)
    {
        var events = Descriptors.Own(LibC.EventFd(0, LibC.EventFdNonBlocking | LibC.EventFdCloseOnExec), "eventfd");
        memory.Write("cgroup.event_control", string.Create(CultureInfo.InvariantCulture, $"{events.Number()} {oomControl.Descriptor}"));
        return events;
    }

    private CgroupFinding InspectOne(string layer, string controller, int pid, Func<CgroupDirectory, string?> read)
    {
        if (!_byController.TryGetValue(controller, out var directory))
        {
            return new(layer, false, $"v1 controller {controller} was not delegated to the cell: /run/cgroup/{controller} is missing. Mount it on the host");
        }

        if (!directory.Lists(pid)) return new(layer, false, $"v1: the child is not in {directory.Path}");
        return read(directory) is { } detail
            ? new(layer, true, $"v1: {detail}")
            : new(layer, false, $"v1: the kernel did not keep the limit in {directory.Path}");
    }

    private CgroupFinding InspectSwap(CgroupLimits limits, int pid)
    {
        const string Layer = "cgroup.swap";
        return has.SwapLimit
            ? InspectOne(Layer, "memory", pid, memory => memory.ReadNumber("memory.memsw.limit_in_bytes") <= limits.MemoryBytes
                ? $"memory.memsw.limit_in_bytes {memory.ReadNumber("memory.memsw.limit_in_bytes")}"
                : null)
            : SwapOfHost.Finding(Layer, "boot the host with swapaccount=1");
    }
}
