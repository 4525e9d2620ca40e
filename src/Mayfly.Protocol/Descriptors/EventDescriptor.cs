using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>An eventfd: how a signal handler or another thread wakes a loop that sits in poll.</summary>
public sealed unsafe class EventDescriptor : IDisposable
{
    /// <summary>Makes one, unset.</summary>
    public EventDescriptor()
    {
        var descriptor = LibC.EventDescriptor(0, LibC.EfdCloexec | LibC.EfdNonblock);
        Handle = descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw KernelException.Last("eventfd", "The process may have too many open descriptors (ulimit -n).");
    }

    /// <summary>Polls readable while it is set.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Sets it; safe from any thread.</summary>
    public void Set()
    {
        ulong one = 1;
        _ = LibC.Write(Handle, &one, sizeof(ulong)); // fails only when it is set 2^64 times, and then it is set
    }

    /// <summary>Unsets it.</summary>
    public void Clear()
    {
        ulong count;
        _ = LibC.Read(Handle, &count, sizeof(ulong)); // EAGAIN: it was not set
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
