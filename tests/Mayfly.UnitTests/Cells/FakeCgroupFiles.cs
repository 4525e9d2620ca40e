using Mayfly.Cells.Cgroups;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.UnitTests.Cells;

/// <summary>A kernel's cgroup tree in memory: directories come with their files, refuse what the kernel refuses, and hold processes.</summary>
internal sealed class FakeCgroupFiles : CgroupFiles
{
    private readonly SortedDictionary<string, Dictionary<string, string>> _directories = new(StringComparer.Ordinal);
    private readonly string[] _files;

    /// <param name="roots">Mount points, with the files that only a root has.</param>
    /// <param name="files">What the kernel puts into each new directory.</param>
    public FakeCgroupFiles(IReadOnlyDictionary<string, Dictionary<string, string>> roots, params string[] files)
    {
        _files = files;
        foreach (var (root, content) in roots) _directories[root] = new(content);
    }

    /// <summary>path → pids in it.</summary>
    public Dictionary<string, HashSet<int>> Processes { get; } = [];

    /// <summary>path → owner, where it is not root.</summary>
    public Dictionary<string, uint> Owners { get; } = [];

    /// <summary>Everything written, in order.</summary>
    public List<string> Written { get; } = [];

    public IEnumerable<string> Directories => _directories.Keys;

    /// <summary>Removals that fail although nothing is there: a process that is still dying.</summary>
    public int Busy { get; set; }

    public override bool Exists(string directory) => _directories.ContainsKey(directory);

    public override bool HasFile(string path) => _directories.GetValueOrDefault(Parent(path))?.ContainsKey(Name(path)) ?? false;

    public override string Read(string path) => HasFile(path) ? _directories[Parent(path)][Name(path)] : throw new FileNotFoundException(path);

    public override void Make(string directory)
    {
        if (!Exists(Parent(directory))) throw new DirectoryNotFoundException(directory);
        _directories.TryAdd(directory, _files.ToDictionary(file => file, _ => ""));
    }

    public override void Write(string path, string value)
    {
        if (!HasFile(path)) throw new KernelException($"write {value} to {path}", Errno.ENOENT);
        Written.Add($"{path} {value}");
        switch (Name(path))
        {
            case "cgroup.procs":
                foreach (var members in Processes.Values) members.Remove(int.Parse(value));
                Processes.TryAdd(Parent(path), []);
                Processes[Parent(path)].Add(int.Parse(value));
                break;
            case "cgroup.subtree_control" when Processes.GetValueOrDefault(Parent(path)) is { Count: > 0 }:
                throw new KernelException($"write {value} to {path}", Errno.EBUSY); // no inner processes
            case "cgroup.subtree_control":
                var enabled = _directories[Parent(path)]["cgroup.subtree_control"];
                _directories[Parent(path)]["cgroup.subtree_control"] = $"{enabled} {value[1..]}".Trim();
                break;
            case "cgroup.kill":
                KillTree(Parent(path));
                break;
            default:
                _directories[Parent(path)][Name(path)] = value;
                break;
        }
    }

    public override void ChangeOwner(string path, uint owner) => Owners[HasFile(path) || Exists(path) ? path : throw new FileNotFoundException(path)] = owner;

    public override IReadOnlySet<int> KillTree(string directory)
    {
        var members = MembersOf(directory).ToHashSet();
        foreach (var path in Below(directory)) Processes.GetValueOrDefault(path)?.Clear();
        return members;
    }

    public override IReadOnlySet<int> MembersOf(string directory) => Below(directory).SelectMany(path => Processes.GetValueOrDefault(path) ?? []).ToHashSet();

    public override bool RemoveTree(string directory)
    {
        if (Busy-- > 0 && Exists(directory)) return false;
        foreach (var path in Below(directory).Reverse().ToList())
        {
            if (Processes.GetValueOrDefault(path) is { Count: > 0 }) return false;
            _directories.Remove(path);
        }

        return true;
    }

    private IEnumerable<string> Below(string directory) => _directories.Keys.Where(path => path == directory || path.StartsWith($"{directory}/", StringComparison.Ordinal));

    private static string Parent(string path) => path[..path.LastIndexOf('/')];

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
