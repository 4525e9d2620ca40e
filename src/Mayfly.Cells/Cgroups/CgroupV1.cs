using System.Globalization;

namespace Mayfly.Cells.Cgroups;

/// <summary>cgroup v1: a hierarchy for each controller, or for some together (cpu,cpuacct).</summary>
/// <remarks>
/// Four controllers carry limits and are handed to the cell: <c>cell-N</c> has the whole cell's limits and stays root's; <c>cell-N/jails</c>
/// belongs to the cell's root and is what the cell sees at /run/cgroup/&lt;controller&gt;. runc puts the agent into <c>cell-N</c>
/// of every hierarchy it finds, so removal looks at all of them.
/// </remarks>
internal sealed class CgroupV1(CgroupFiles files, IReadOnlyDictionary<string, string> controllers, IReadOnlyList<string> hierarchies, string instance) : ICgroups
{
    /// <summary>Without one of these a limit of the contract would not hold.</summary>
    public static readonly IReadOnlyList<string> Required = ["memory", "cpu", "cpuacct", "pids"];

    private const string Gateway = "gateway";

    // A process without a group of its own, such as the agent, has 1024.
    private const ulong JailsShares = 128;

    public string Version => "v1";

    public void CreateInstance()
    {
        foreach (var hierarchy in Required.Select(controller => controllers[controller]).Distinct())
        {
            files.Make($"{hierarchy}/{instance}");
        }

        // Kernels before 5.11 count children into their parent only when told to, and only before there are any.
        SetIfThere($"{controllers["memory"]}/{instance}/memory.use_hierarchy", "1");
    }

    public void CreateGateway()
    {
        foreach (var hierarchy in GatewayHierarchies)
        {
            files.Make($"{hierarchy}/{instance}/{Gateway}");
        }
    }

    public void EnterGateway(int pid)
    {
        foreach (var hierarchy in GatewayHierarchies)
        {
            files.Write($"{hierarchy}/{instance}/{Gateway}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void CreateCell(string cell, CellLimits limits, uint owner)
    {
        foreach (var hierarchy in Required.Select(controller => controllers[controller]).Distinct())
        {
            files.Make($"{hierarchy}/{instance}/{cell}");
        }

        // Order: memory+swap may not be below memory. With swap uncounted (no memsw file) swappiness 0 is the best there is.
        var memory = $"{controllers["memory"]}/{instance}/{cell}";
        files.Write($"{memory}/memory.limit_in_bytes", Number(limits.MemoryBytes));
        SetIfThere($"{memory}/memory.memsw.limit_in_bytes", Number(limits.MemoryBytes));
        SetIfThere($"{memory}/memory.swappiness", "0");
        SetIfThere($"{memory}/memory.kmem.tcp.limit_in_bytes", Number(limits.MemoryBytes)); // v1 counts what waits in TCP apart
        files.Write($"{controllers["pids"]}/{instance}/{cell}/pids.max", Number(limits.Processes));
        files.Write($"{controllers["cpu"]}/{instance}/{cell}/cpu.shares", Number(Math.Max(2, limits.CpuWeight * 1024UL / 100)));

        foreach (var hierarchy in Required.Select(controller => controllers[controller]).Distinct())
        {
            var jails = $"{hierarchy}/{instance}/{cell}/jails";
            files.Make(jails);
            foreach (var path in (string[])[jails, $"{jails}/cgroup.procs", $"{jails}/tasks"])
            {
                files.ChangeOwner(path, owner);
            }
        }

        // The agent is in the cell's own group: all executions together count for an eighth of it, when both want the CPU.
        files.Write($"{controllers["cpu"]}/{instance}/{cell}/jails/cpu.shares", Number(JailsShares));
    }

    public string PathOf(string cell) => $"/{instance}/{cell}";

    public IReadOnlyList<DelegatedCgroup> DelegatedTo(string cell) =>
        [.. Required.Select(controller => new DelegatedCgroup(controller, $"{controllers[controller]}/{instance}/{cell}/jails"))];

    public IReadOnlySet<int> Kill(string? name) => hierarchies.SelectMany(hierarchy => files.KillTree(Directory(hierarchy, name))).ToHashSet();

    // Not All(): every hierarchy gets its turn, whatever became of the one before.
    public bool TryRemove(string? name) => hierarchies.Count(hierarchy => files.RemoveTree(Directory(hierarchy, name))) == hierarchies.Count;

    private IEnumerable<string> GatewayHierarchies => ((string[])["cpu", "memory", "pids"]).Select(controller => controllers[controller]).Distinct();

    private string Directory(string hierarchy, string? name) => name is null ? $"{hierarchy}/{instance}" : $"{hierarchy}/{instance}/{name}";

    private void SetIfThere(string path, string value)
    {
        if (files.HasFile(path) && files.Read(path).Trim() != value)
        {
            files.Write(path, value);
        }
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
