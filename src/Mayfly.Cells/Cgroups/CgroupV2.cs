using System.Globalization;

namespace Mayfly.Cells.Cgroups;

/// <summary>cgroup v2: one tree.</summary>
/// <remarks>
/// <c>cell-N</c> has the whole cell's limits, whose files stay root's; the directory and the three files named in the kernel's
/// delegation rules belong to the cell's root. runc starts the agent in it; inside a cgroup namespace the cell sees it as its
/// root. There the agent moves itself into a leaf first: a cgroup with processes cannot have children with controllers.
/// </remarks>
internal sealed class CgroupV2(CgroupFiles files, string root, string instance) : ICgroups
{
    /// <summary>Without one of these a limit of the contract would not hold.</summary>
    public static readonly IReadOnlyList<string> Required = ["memory", "cpu", "pids"];

    // What a taken-over cell could otherwise make without end: 64 slots, their parents, the agent's leaf, doubled.
    private const int MaxDescendants = 256, MaxDepth = 4;
    private const string Gateway = "gateway";

    public string Version => "v2";

    public void CreateInstance()
    {
        files.Make($"{root}/{instance}");
        Enable(root);
        Enable($"{root}/{instance}");
    }

    public void CreateGateway() => files.Make($"{root}/{instance}/{Gateway}");

    public void EnterGateway(int pid) => files.Write($"{root}/{instance}/{Gateway}/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture));

    public void CreateCell(string cell, CellLimits limits, uint owner)
    {
        var directory = $"{root}/{instance}/{cell}";
        files.Make(directory);
        files.Write($"{directory}/memory.max", Number(limits.MemoryBytes));
        if (files.HasFile($"{directory}/memory.swap.max")) // absent when the kernel has no swap
        {
            files.Write($"{directory}/memory.swap.max", "0");
        }

        files.Write($"{directory}/pids.max", Number(limits.Processes));
        files.Write($"{directory}/cpu.weight", Number(limits.CpuWeight));
        files.Write($"{directory}/cgroup.max.descendants", Number(MaxDescendants));
        files.Write($"{directory}/cgroup.max.depth", Number(MaxDepth));
        foreach (var path in (string[])[directory, $"{directory}/cgroup.procs", $"{directory}/cgroup.threads", $"{directory}/cgroup.subtree_control"])
        {
            files.ChangeOwner(path, owner);
        }
    }

    public string PathOf(string cell) => $"/{instance}/{cell}";

    public IReadOnlyList<DelegatedCgroup> DelegatedTo(string cell) => [new("unified", null)];

    public IReadOnlySet<int> Kill(string? name)
    {
        var directory = Directory(name);
        if (!files.HasFile($"{directory}/cgroup.kill")) // since Linux 5.14
        {
            return files.KillTree(directory);
        }

        var members = files.MembersOf(directory);
        if (members.Count > 0)
        {
            files.Write($"{directory}/cgroup.kill", "1");
        }

        return members;
    }

    public bool TryRemove(string? name) => files.RemoveTree(Directory(name));

    private string Directory(string? name) => name is null ? $"{root}/{instance}" : $"{root}/{instance}/{name}";

    private void Enable(string directory)
    {
        var enabled = files.Read($"{directory}/cgroup.subtree_control").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var controller in Required.Except(enabled))
        {
            files.Write($"{directory}/cgroup.subtree_control", $"+{controller}");
        }
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
