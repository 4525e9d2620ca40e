using Mayfly.Cells.Kernel;
using Mayfly.Cells.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>Notices that a kernel or disk of guests is written to, or cut short, while they run on it.</summary>
/// <remarks>
/// Beyond its end a disk reads as zeros, and what is in the place of a library is executed: a guest cannot tell, and would go on with wrong answers.
/// Against mishaps; whoever is root and means harm has other ways.
/// </remarks>
internal sealed unsafe class GuestWatch
{
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _events;

    /// <param name="loop">Calls back.</param>
    /// <param name="files">What is watched.</param>
    public GuestWatch(EventLoop loop, IEnumerable<string> files)
    {
        _loop = loop;
        var events = LibC.NotifyInit(LibC.InCloexec | LibC.InNonblock);
        _events = events >= 0 ? new SafeFileHandle(events, ownsHandle: true) : throw KernelException.Last("inotify_init1", "/proc/sys/user/max_inotify_instances may be too low.");
        foreach (var file in files)
        {
            if (LibC.NotifyAddWatch(_events, file, LibC.InModify) < 0) throw KernelException.Last($"inotify_add_watch {file}");
        }
    }

    /// <summary>Waits for the next one.</summary>
    public Task WaitAsync() => _loop.ReadableAsync(_events);

    /// <summary>Whether there was one since this was asked last.</summary>
    public bool Take()
    {
        var buffer = stackalloc byte[4096];
        var found = false;
        while (LibC.Read(_events, buffer, 4096) > 0)
        {
            found = true;
        }

        return found;
    }
}
