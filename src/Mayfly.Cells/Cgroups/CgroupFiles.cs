using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Cgroups;

/// <summary>The directories and files that the kernel shows as cgroups. A test puts a kernel of its own in its place.</summary>
internal class CgroupFiles
{
    public virtual bool Exists(string directory) => Directory.Exists(directory);

    public virtual bool HasFile(string path) => File.Exists(path);

    public virtual string Read(string path) => File.ReadAllText(path);

    public virtual void Make(string directory) => Files.MakeDirectory(directory, 0x1ED); // 0755

    /// <summary>Writes one value. Never creates a file: a setting that the kernel does not have is an error.</summary>
    public virtual void Write(string path, string value)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(value));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KernelException($"write {value.Trim()} to {path}: {failure.Message}", failure);
        }
    }

    public virtual void ChangeOwner(string path, uint owner) => Files.ChangeOwner(path, owner, owner);

    /// <summary>Kills every process in a cgroup and below it, one by one; returns those that were there.</summary>
    public virtual IReadOnlySet<int> KillTree(string directory) => CgroupTree.Kill(directory);

    /// <summary>The processes in a cgroup and below it.</summary>
    public virtual IReadOnlySet<int> MembersOf(string directory) => CgroupTree.Members(directory);

    /// <summary>Removes a cgroup and all below it; false while there is something left to do.</summary>
    public virtual bool RemoveTree(string directory) => CgroupTree.Remove(directory);
}
