namespace Mayfly.Agent.Cgroups;

/// <summary>What the kernel's memory controller can limit beside memory.</summary>
/// <param name="SwapLimit">memory.memsw: absent when the kernel runs without swap accounting; the posture says so.</param>
/// <param name="TcpLimit">memory.kmem.tcp: absent when it is built without.</param>
internal sealed record CgroupV1Features(bool SwapLimit, bool TcpLimit);

/// <summary>Separate hierarchies, one directory delegated from each: /run/cgroup/memory, cpu, cpuacct, pids.</summary>
internal sealed class CgroupV1Tree : ICgroupTree
{
    /// <summary>The controllers used, in the order in which an execution's group is made.</summary>
    public static readonly IReadOnlyList<string> Controllers = ["memory", "cpu", "cpuacct", "pids"];

    // One for each controller that is there. Controllers mounted together (cpu,cpuacct) share their directory.
    private readonly Dictionary<string, CgroupDirectory> _byController = [];

    // Asked once, of the group above: what is below it has the same files.
    private CgroupV1Features _has = new(false, false);

    // Among the executions for the processors' time only: what parents have of all else is the cell's.
    private CgroupDirectory? _parents;

    private CgroupV1Tree() { }

    public int Version => 1;

    /// <summary>Opens what the launcher delegated; null if it is nothing.</summary>
    public static CgroupV1Tree? TryOpen(string root) => TryOpen(controller => CgroupDirectory.TryOpen($"{root}/{controller}"));

    /// <summary>The same, with each controller's directory from elsewhere.</summary>
    public static CgroupV1Tree? TryOpen(Func<string, CgroupDirectory?> open)
    {
        var tree = new CgroupV1Tree();
        foreach (var controller in Controllers)
        {
            if (open(controller) is { } directory) tree.Add(controller, directory);
        }

        if (tree._byController.TryGetValue("memory", out var memory))
        {
            tree._has = new CgroupV1Features(memory.Has("memory.memsw.limit_in_bytes"), memory.Has("memory.kmem.tcp.limit_in_bytes"));
        }

        return tree._byController.Count > 0 ? tree : null;
    }

    public bool SparesYield { get; set; } = true;

    public void AddParent(int pid)
    {
        if (!SparesYield || !_byController.TryGetValue("cpu", out var cpu)) return;
        if (_parents is null)
        {
            _parents = cpu.MakeChild("parents");
            _parents.Write("cpu.shares", CpuWeight.Shares(CpuWeight.Parents));
        }

        _parents.Write("cgroup.procs", pid);
    }

    public IExecutionCgroup Create(string name, CgroupLimits limits)
    {
        var group = new CgroupV1Execution(name, _byController, _has, SparesYield);
        try
        {
            group.Make(limits);
            return group;
        }
        catch
        {
            group.TryRemove();
            group.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _parents?.Dispose();
        foreach (var directory in _byController.Values) directory.Dispose();
    }

    private void Add(string controller, CgroupDirectory directory)
    {
        // An empty directory where a mount should be has no cgroup.procs.
        if (!directory.Has("cgroup.procs"))
        {
            directory.Dispose();
            return;
        }

        var mountedBefore = _byController.Values.FirstOrDefault(directory.IsSameAs);
        if (mountedBefore is not null) directory.Dispose();
        _byController[controller] = mountedBefore ?? directory;
    }
}
