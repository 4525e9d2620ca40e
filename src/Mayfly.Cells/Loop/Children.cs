using System.Runtime.InteropServices;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Loop;

/// <summary>Every process that mayfly-cells is the parent of: those it started, those it adopted, and orphans.</summary>
/// <remarks>
/// mayfly-cells is a subreaper: a cell's init becomes its child when runc has gone, and so does whatever a child leaves
/// behind. An ended child that nobody waits for would keep its pid for ever, so orphans are reaped on SIGCHLD; children that
/// somebody watches are reaped by their watcher alone.
/// </remarks>
internal sealed class Children(EventLoop loop)
{
    private readonly HashSet<int> _watched = [];

    public Child Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, params ReadOnlySpan<SafeFileHandle> descriptors)
        => Watch(Spawn.Start(program, arguments, environment, descriptors))
            ?? throw new InvalidOperationException($"{program} is gone before it was waited for."); // only another waiter could do that

    /// <summary>Takes over a process that became our child; null if it has ended and was reaped already, or is none of ours.</summary>
    public Child? Adopt(int pid) => IsOurs(pid) ? Watch(pid) : null;

    /// <summary>Reaps every ended child that nobody watches.</summary>
    public unsafe void ReapOrphans()
    {
        LibC.SignalInfo info = default;
        while (LibC.WaitId(LibC.PAll, 0, &info, LibC.WExited | LibC.WNoHang | LibC.WNoWait) == 0 && info.Pid != 0)
        {
            if (_watched.Contains(info.Pid))
            {
                return; // its watcher is about to wake up, and calls this again
            }

            using var orphan = ProcessDescriptor.Open(info.Pid);
            if (orphan is not null)
            {
                _ = ProcessDescriptor.Reap(orphan);
            }

            info = default;
        }
    }

    private static unsafe bool IsOurs(int pid)
    {
        const int ByPid = 1; // P_PID
        LibC.SignalInfo info = default;
        return LibC.WaitId(ByPid, pid, &info, LibC.WExited | LibC.WNoHang | LibC.WNoWait) == 0 || Marshal.GetLastPInvokeError() != Errno.ECHILD;
    }

    private Child? Watch(int pid)
    {
        // SAFETY: an unreaped child keeps its pid, and nobody reaps before this method has returned.
        if (ProcessDescriptor.Open(pid) is not { } descriptor)
        {
            return null;
        }

        _watched.Add(pid);
        return new Child(pid, descriptor, EndAsync(pid, descriptor));
    }

    private async Task<ExitStatus> EndAsync(int pid, SafeFileHandle descriptor)
    {
        await loop.ReadableAsync(descriptor);
        var status = ProcessDescriptor.Reap(descriptor) ?? throw new InvalidOperationException($"The pidfd of {pid} is readable and the process lives.");
        _watched.Remove(pid);
        ReapOrphans();
        return status;
    }
}

/// <summary>A child that is watched.</summary>
/// <param name="Pid">For messages and for cgroup.procs; signals go by descriptor.</param>
/// <param name="Descriptor">Its pidfd.</param>
/// <param name="Ended">Done when it has ended and was reaped.</param>
internal sealed record Child(int Pid, SafeFileHandle Descriptor, Task<ExitStatus> Ended) : IDisposable
{
    /// <summary>Sends a signal, if it still lives.</summary>
    public void Signal(int signal)
    {
        if (!Ended.IsCompleted)
        {
            ProcessDescriptor.Signal(Descriptor, signal);
        }
    }

    public void Kill() => Signal(Signals.Kill);

    public void Dispose() => Descriptor.Dispose();
}
