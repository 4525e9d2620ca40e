using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Kernel;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>A cgroup v2 tree of ordinary files: what the kernel would put into a new group is put there by the test.</summary>
internal sealed class FakeCgroupDirectory : CgroupDirectory
{
    private readonly IReadOnlyDictionary<string, string> _files;

    private FakeCgroupDirectory(SafeFileHandle directory, string path, IReadOnlyDictionary<string, string> files) : base(directory, path) => _files = files;

    /// <summary>Makes a group's directory with these files; groups made below it get the same.</summary>
    public static FakeCgroupDirectory Make(string path, IReadOnlyDictionary<string, string> files)
    {
        Directory.CreateDirectory(path);
        foreach (var (name, content) in files) File.WriteAllText($"{path}/{name}", content);
        var open = Descriptors.Own(
            LibC.OpenAt(LibC.AtCurrentDirectory, path, LibC.OpenReadOnly | Architecture.OpenDirectory | LibC.OpenCloseOnExec, 0), $"open {path}");
        return new FakeCgroupDirectory(open, path, files);
    }

    public override CgroupDirectory MakeChild(string name)
    {
        if (Directory.Exists($"{Path}/{name}")) throw new IOException($"{name}: EEXIST");
        return Make($"{Path}/{name}", _files);
    }

    /// <summary>As the kernel does: EBUSY while a process is in the group.</summary>
    public override bool TryRemoveChild(string name)
    {
        if (File.ReadAllText($"{Path}/{name}/cgroup.procs").Length > 0) return false;
        Directory.Delete($"{Path}/{name}", recursive: true);
        return true;
    }
}
