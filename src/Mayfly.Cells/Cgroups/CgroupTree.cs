using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Cgroups;

/// <summary>Walks a tree of cgroups that a hostile cell may have made: deeper than a path is long, wider than is patient.</summary>
/// <remarks>
/// Every step is relative to a descriptor of the directory before (/proc/self/fd/N/name), so no path grows. Only what the kernel shows
/// is followed; cgroup file systems have no links. A walk stops when it has left so many directories: the loop has
/// other cells to care for, and whoever calls comes again.
/// </remarks>
internal static class CgroupTree
{
    private const int MaxLeft = 2000; // some tens of milliseconds
    private const int ENODEV = 19;    // the cgroup was removed while its file was open

    /// <summary>Kills every process met; returns them.</summary>
    public static IReadOnlySet<int> Kill(string directory)
    {
        var killed = new HashSet<int>();
        Walk(directory, cgroup => killed.UnionWith(KillMembers(cgroup)), null);
        return killed;
    }

    /// <summary>Every process met.</summary>
    public static IReadOnlySet<int> Members(string directory)
    {
        var members = new HashSet<int>();
        Walk(directory, cgroup => members.UnionWith(MembersOf(cgroup)), null);
        return members;
    }

    /// <summary>Removes as much as it can; says whether nothing is left.</summary>
    public static bool Remove(string directory)
    {
        if (Walk(directory, null, RemoveOne))
        {
            RemoveOne(directory);
        }

        return !Directory.Exists(directory);
    }

    // Between reading a pid and opening it, the pid may have become another process's. So members are read, opened, and read
    // again: who is still a member then was one when its descriptor was opened, or is dead, and a signal to the dead does nothing.
    private static List<int> KillMembers(string cgroup)
    {
        var members = MembersOf(cgroup);
        if (members.Count == 0)
        {
            return members;
        }

        var opened = members.Select(pid => (Pid: pid, Process: ProcessDescriptor.Open(pid))).ToList();
        var still = MembersOf(cgroup).ToHashSet();
        foreach (var (pid, process) in opened)
        {
            if (process is not null && still.Contains(pid))
            {
                ProcessDescriptor.Signal(process, Loop.Signals.Kill);
            }

            process?.Dispose();
        }

        return members;
    }

    private static List<int> MembersOf(string cgroup)
    {
        try
        {
            return [.. File.ReadLines($"{cgroup}/cgroup.procs")
                .Select(line => int.Parse(line, CultureInfo.InvariantCulture))
                .Where(pid => pid > 0)]; // 0: a process outside of our pid namespace, which we cannot name
        }
        catch (IOException gone) when (gone is DirectoryNotFoundException or FileNotFoundException || gone.HResult == ENODEV)
        {
            return [];
        }
    }

    private static bool RemoveOne(string cgroup)
    {
        if (LibC.RemoveDirectory(cgroup) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Errno.ENOENT => true,
            Errno.EBUSY or Errno.ENOTEMPTY => false, // a process, dying perhaps, or a new cgroup
            _ => throw KernelException.Last($"rmdir {cgroup}"),
        };
    }

    /// <summary>Depth first. Visits every directory on the way down, and all but the topmost on the way up.</summary>
    /// <param name="top">Where to begin.</param>
    /// <param name="down">Called with each directory.</param>
    /// <param name="up">Called with each directory below the top when it has none below itself; false: it could not be dealt with.</param>
    /// <returns>Whether every directory was dealt with.</returns>
    private static bool Walk(string top, Action<string>? down, Func<string, bool>? up)
    {
        if (LibC.OpenDirectory(top) is not { } current)
        {
            return true;
        }

        var left = new Stack<Queue<string>>(); // what is still to visit, on each level
        var names = new Stack<string>();
        var complete = true;
        var count = 0;
        try
        {
            Enter();
            while (true)
            {
                if (left.Peek().TryDequeue(out var name))
                {
                    if (LibC.OpenDirectory($"{Path(current)}/{name}") is { } below)
                    {
                        current.Dispose();
                        current = below;
                        names.Push(name);
                        Enter();
                    }

                    continue;
                }

                left.Pop();
                if (!names.TryPop(out var done))
                {
                    return complete;
                }

                if (++count > MaxLeft)
                {
                    return false;
                }

                var above = LibC.OpenDirectory($"{Path(current)}/..") ?? throw KernelException.Last($"open the directory above cgroup {done}");
                current.Dispose();
                current = above;
                complete &= up?.Invoke($"{Path(current)}/{done}") ?? true;
            }
        }
        finally
        {
            current.Dispose();
        }

        void Enter()
        {
            down?.Invoke(Path(current));
            left.Push(new Queue<string>(Directory.EnumerateDirectories(Path(current)).Select(path => System.IO.Path.GetFileName(path))));
        }
    }

    private static string Path(SafeFileHandle directory) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}");
}
