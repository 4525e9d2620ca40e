using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Cgroups;

/// <summary>The directories and files that the kernel shows as cgroups. A test puts a kernel of its own in its place.</summary>
internal class CgroupFiles
{
    public virtual bool Exists(string directory) => Directory.Exists(directory);

    public virtual bool HasFile(string path) => File.Exists(path);

    public virtual string Read(string path) => File.ReadAllText(path);

    /// <summary>Directories in a directory; none if it is gone.</summary>
    public virtual IReadOnlyList<string> Below(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    public virtual void Make(string directory) => Files.MakeDirectory(directory, 0x1ED); // 0755

    /// <summary>Removes one cgroup; false while a process or another cgroup is in it.</summary>
    public virtual bool Remove(string directory)
    {
        if (LibC.RemoveDirectory(directory) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.ENOENT => true,
            Errno.EBUSY or Errno.ENOTEMPTY => false,
            _ => throw KernelException.Last($"rmdir {directory}"),
        };
    }

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

    /// <summary>Pids in one cgroup, not below it; none if it is gone.</summary>
    public IReadOnlyList<int> Processes(string directory)
    {
        try
        {
            return [.. Read($"{directory}/cgroup.procs")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => int.Parse(line, CultureInfo.InvariantCulture))
                .Where(pid => pid > 0)]; // 0: a process outside of our pid namespace, which we cannot name
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException
            || (gone is IOException && gone.HResult == 19)) // ENODEV: removed while it was read
        {
            return [];
        }
    }

    /// <summary>A cgroup and all below it, parents first. Depth is bounded: a hostile cell may nest without end.</summary>
    public IEnumerable<string> Tree(string directory)
    {
        const int MaxPath = 3500; // below PATH_MAX, with room for a file's name
        if (!Exists(directory))
        {
            yield break;
        }

        var open = new Stack<string>();
        open.Push(directory);
        while (open.TryPop(out var next))
        {
            yield return next;
            if (next.Length < MaxPath)
            {
                foreach (var below in Below(next))
                {
                    open.Push(below);
                }
            }
        }
    }

    /// <summary>Kills every process in a cgroup and below it, one by one.</summary>
    public int KillEach(string directory)
    {
        var killed = 0;
        foreach (var cgroup in Tree(directory))
        {
            foreach (var pid in Processes(cgroup))
            {
                killed += KillMember(pid, directory) ? 1 : 0;
            }
        }

        return killed;
    }

    /// <summary>Removes a cgroup and all below it, children first.</summary>
    public bool RemoveTree(string directory) => Tree(directory).Reverse().ToList().TrueForAll(Remove) && !Exists(directory);

    /// <summary>Kills a process if it is (still) a member: between reading its pid and now the pid may have become another's.</summary>
    protected virtual bool KillMember(int pid, string directory)
    {
        using var process = ProcessDescriptor.Open(pid);
        if (process is null)
        {
            return false;
        }

        string membership;
        try
        {
            membership = File.ReadAllText($"/proc/{pid}/cgroup");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        // The instance's directory is the same in every hierarchy, and its name is nobody else's.
        var name = directory[directory.IndexOf("/mayfly-", StringComparison.Ordinal)..];
        return membership.Contains(name, StringComparison.Ordinal) && ProcessDescriptor.Signal(process, Loop.Signals.Kill);
    }
}
