using System.Globalization;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>One execution's group in the unified hierarchy.</summary>
internal sealed class CgroupV2Execution : IExecutionCgroup
{
    private readonly string _name;
    private readonly CgroupDirectory _parent;
    private readonly CgroupDirectory _own;
    private readonly CgroupV2Features _has;
    private readonly SafeFileHandle _entrance;
    private readonly SafeFileHandle? _memoryEvents;
    private readonly bool _yields;
    private long _weight = CpuWeight.Program;
    private bool _removed;

    public CgroupV2Execution(
        string name, CgroupDirectory parent, CgroupDirectory own, CgroupV2Features features, bool yields, CgroupLimits limits)
    {
        (_name, _parent, _own, _has, _yields) = (name, parent, own, features, yields);
        if (_has.Memory)
        {
            if (_has.SwapLimit) own.Write("memory.swap.max", 0);
            // All die when one would: half a program gives no result.
            own.Write("memory.oom.group", 1);
        }

        SetCpuWeight(CpuWeight.Behind);
        SetLimits(limits);
        _entrance = own.Open("cgroup.procs", LibC.OpenWriteOnly);
        if (_has.Memory)
        {
            _memoryEvents = own.Open("memory.events", LibC.OpenReadOnly);
            AcknowledgeOomEvent();
        }
    }

    public IReadOnlyList<SafeFileHandle> Entrances => [_entrance];

    public SafeFileHandle? OomEvents => _memoryEvents;

    // kernfs announces a change of the file so.
    public Readiness OomInterest => Readiness.Priority;

    public void SetLimits(CgroupLimits limits)
    {
        if (_has.Memory) _own.Write("memory.max", limits.MemoryBytes);
        if (_has.Pids) _own.Write("pids.max", limits.Processes);
        if (_has.Cpu) _own.Write("cpu.max", CpuMax(limits));
    }

    public void SetCpuWeight(long weight)
    {
        if (!_yields || weight == _weight || !_has.Cpu) return;
        _own.Write("cpu.weight", weight);
        _weight = weight;
    }

    // The event is taken by reading the file anew.
    public void AcknowledgeOomEvent()
    {
        if (_memoryEvents is null) return;
        Span<byte> ignored = stackalloc byte[512];
        _ = LibC.Seek(_memoryEvents, 0, 0 /* SEEK_SET */);
        _memoryEvents.Read(ignored);
    }

    public CgroupUsage ReadUsage()
    {
        long peak = 0, oomKills = 0;
        var hitLimit = false;
        if (_has.Memory)
        {
            // Without memory.peak the current value is the best there is.
            peak = _own.ReadNumber(_has.Peak ? "memory.peak" : "memory.current");
            oomKills = _own.ReadKeyed("memory.events", "oom_kill"u8);
            // Counted where the limit was reached, not where the victim was.
            hitLimit = _own.ReadKeyed("memory.events", "oom"u8) > 0;
        }

        return new CgroupUsage(peak, _own.ReadKeyed("cpu.stat", "usage_usec"u8), oomKills, hitLimit);
    }

    public IReadOnlyList<CgroupFinding> Inspect(CgroupLimits limits, int pid)
    {
        var inside = _own.Lists(pid);
        return
        [
            InspectOne("cgroup.memory", "memory", _has.Memory, inside, () => _own.ReadNumber("memory.max") <= limits.MemoryBytes
                ? $"memory.max {_own.ReadNumber("memory.max")}, memory.oom.group {_own.ReadNumber("memory.oom.group")}"
                : null),
            _has.Memory && !_has.SwapLimit
                ? SwapOfHost.Finding("cgroup.swap", "use a kernel with CONFIG_SWAP and its memory controller")
                : InspectOne("cgroup.swap", "memory", _has.Memory, inside, () => _own.ReadNumber("memory.swap.max") == 0 ? "memory.swap.max 0" : null),
            InspectOne("cgroup.cpu", "cpu", _has.Cpu, inside, () => _own.ReadText("cpu.max") == CpuMax(limits) ? $"cpu.max {CpuMax(limits)}" : null),
            InspectOne("cgroup.pids", "pids", _has.Pids, inside, () => _own.ReadNumber("pids.max") == limits.Processes ? $"pids.max {limits.Processes}" : null),
        ];
    }

    public void Kill()
    {
        // Safe against racing forks; without it, killing the jail's init does it.
        if (!_removed && _has.Kill) _own.Write("cgroup.kill", 1);
    }

    public bool TryRemove()
    {
        if (_removed) return true;
        if (!_parent.TryRemoveChild(_name)) return false;
        _removed = true;
        return true;
    }

    public void Dispose()
    {
        _memoryEvents?.Dispose();
        _entrance.Dispose();
        _own.Dispose();
    }

    private static string CpuMax(CgroupLimits limits) => limits.CpuQuotaUs == CgroupLimits.NoCpuQuota
        ? string.Create(CultureInfo.InvariantCulture, $"max {limits.CpuPeriodUs}")
        : string.Create(CultureInfo.InvariantCulture, $"{limits.CpuQuotaUs} {limits.CpuPeriodUs}");

    private CgroupFinding InspectOne(string layer, string controller, bool enabled, bool inside, Func<string?> read)
    {
        if (!enabled)
        {
            return new(layer, false, $"v2 controller {controller} was not delegated to the cell: enable it in cgroup.subtree_control above it");
        }

        if (!inside) return new(layer, false, $"v2: the child is not in {_own.Path}");
        return read() is { } detail ? new(layer, true, $"v2: {detail}") : new(layer, false, $"v2: the kernel did not keep the limit in {_own.Path}");
    }
}
