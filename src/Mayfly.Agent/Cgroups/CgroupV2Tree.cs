namespace Mayfly.Agent.Cgroups;

/// <summary>What the kernel, and the groups above, let a group have.</summary>
/// <param name="Memory">The controller is enabled.</param>
/// <param name="Cpu">Likewise; counting needs none.</param>
/// <param name="Pids">Likewise.</param>
/// <param name="SwapLimit">memory.swap.max: not on a kernel that is built without swap.</param>
/// <param name="Peak">memory.peak: since Linux 5.19.</param>
/// <param name="Kill">cgroup.kill: since 5.14.</param>
internal sealed record CgroupV2Features(bool Memory, bool Cpu, bool Pids, bool SwapLimit, bool Peak, bool Kill);

/// <summary>The unified hierarchy: the cell's own group, mounted at /run/cgroup/unified.</summary>
/// <remarks>
/// A group with controllers for its children may hold no process itself, so the agent, which the launcher starts in the cell's group, first moves
/// to a leaf: <c>agent</c>, where the jailer and the jails' inits stay too. Executions live beside it, in <c>jails/…</c>.
/// </remarks>
internal sealed class CgroupV2Tree : ICgroupTree
{
    // In the order in which they are enabled; cpu.stat counts without a controller.
    private static readonly string[] Controllers = ["memory", "cpu", "pids"];

    // Executions have 100, the ordinary weight, all together: whatever they do, the agent gets its turn.
    private const int AgentCpuWeight = 800;

    private readonly CgroupDirectory _cell;
    private readonly CgroupDirectory _agent;
    private readonly CgroupDirectory _jails;
    private readonly CgroupV2Features _features;
    private CgroupDirectory? _parents;

    private CgroupV2Tree(CgroupDirectory cell)
    {
        _cell = cell;
        _agent = cell.MakeChild("agent");
        _agent.Write("cgroup.procs", 0);

        Enabled = EnableControllers(cell);
        if (Enabled.Contains("cpu")) _agent.Write("cpu.weight", AgentCpuWeight);
        _jails = cell.MakeChild("jails");
        EnableControllers(_jails);
        _features = new CgroupV2Features(
            Memory: Enabled.Contains("memory"),
            Cpu: Enabled.Contains("cpu"),
            Pids: Enabled.Contains("pids"),
            SwapLimit: _jails.Has("memory.swap.max"),
            Peak: _jails.Has("memory.peak"),
            Kill: _jails.Has("cgroup.kill"));
    }

    public int Version => 2;

    /// <summary>The controllers that executions' groups have.</summary>
    public IReadOnlyList<string> Enabled { get; }

    /// <summary>Opens what the launcher delegated; null if it is no v2 group.</summary>
    public static CgroupV2Tree? TryOpen(string path) =>
        CgroupDirectory.TryOpen(path) is { } cell ? TryOpen(cell) : null;

    /// <summary>The same for a directory that is open already.</summary>
    public static CgroupV2Tree? TryOpen(CgroupDirectory cell)
    {
        if (cell.Has("cgroup.controllers")) return new CgroupV2Tree(cell);
        cell.Dispose();
        return null;
    }

    public bool SparesYield { get; set; } = true;

    public void AddParent(int pid)
    {
        if (!SparesYield) return;
        if (_parents is null)
        {
            _parents = _jails.MakeChild("parents");
            if (_features.Cpu) _parents.Write("cpu.weight", CpuWeight.Parents);
        }

        _parents.Write("cgroup.procs", pid);
    }

    public IExecutionCgroup Create(string name, CgroupLimits limits)
    {
        var own = _jails.MakeChild(name);
        try
        {
            return new CgroupV2Execution(name, _jails, own, _features, SparesYield, limits);
        }
        catch
        {
            own.Dispose();
            _jails.TryRemoveChild(name);
            throw;
        }
    }

    public void Dispose()
    {
        _parents?.Dispose();
        _jails.Dispose();
        _agent.Dispose();
        _cell.Dispose();
    }

    // One by one: a controller that is not there must not keep the others from being enabled.
    private static string[] EnableControllers(CgroupDirectory directory)
    {
        var offered = directory.ReadText("cgroup.controllers").Split(' ');
        var wanted = Controllers.Where(offered.Contains).ToArray();
        foreach (var controller in wanted) directory.Write("cgroup.subtree_control", $"+{controller}");
        return wanted;
    }
}
