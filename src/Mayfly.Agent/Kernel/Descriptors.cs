using System.Runtime.InteropServices;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Kernel;

/// <summary>Reads and writes on open descriptors. Each descriptor is a SafeFileHandle that one object owns.</summary>
internal static unsafe class Descriptors
{
    /// <summary>Errno of the last call.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The number; for the kernel only, and only while it is open.</summary>
    public static int Number(this SafeFileHandle descriptor) => (int)descriptor.DangerousGetHandle();

    /// <summary>A new descriptor, or the failure of the call that should have made it.</summary>
    public static SafeFileHandle Own(int result, string tried, string advice = "") =>
        result >= 0 ? new SafeFileHandle(result, ownsHandle: true) : throw KernelException.Last(tried, advice);

    /// <summary>The result of a call that answers with -1 on failure.</summary>
    public static int Check(int result, string tried, string advice = "") =>
        result >= 0 ? result : throw KernelException.Last(tried, advice);

    /// <summary>Reads once. 0 is the end of the file, -1 an error.</summary>
    public static int Read(this SafeFileHandle descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = (int)LibC.Read(descriptor, start, (nuint)buffer.Length);
                if (count >= 0 || LastError != Errno.EINTR) return count;
            }
        }
    }

    /// <summary>Writes once, perhaps less than all. -1 is an error.</summary>
    public static int Write(this SafeFileHandle descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = (int)LibC.Write(descriptor, start, (nuint)buffer.Length);
                if (count >= 0 || LastError != Errno.EINTR) return count;
            }
        }
    }

    /// <summary>A pipe: what is written to the second comes out of the first. Only the first does not block.</summary>
    public static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = stackalloc int[2];
        Check(LibC.Pipe(ends, LibC.OpenCloseOnExec), "pipe2", "The agent may have too many open descriptors.");
        var (read, write) = (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
        // Not by pipe2's flags: the other end belongs to a program, which expects an ordinary pipe.
        Check(LibC.Fcntl(read, LibC.FcntlSetStatusFlags, LibC.OpenNonBlocking), "fcntl F_SETFL O_NONBLOCK");
        return (read, write);
    }

    /// <summary>Makes reads and writes answer EAGAIN where they would wait.</summary>
    public static void SetNonBlocking(this SafeFileHandle descriptor)
    {
        var flags = Check(LibC.Fcntl(descriptor, LibC.FcntlGetStatusFlags, 0), "fcntl F_GETFL");
        Check(LibC.Fcntl(descriptor, LibC.FcntlSetStatusFlags, flags | LibC.OpenNonBlocking), "fcntl F_SETFL O_NONBLOCK");
    }

    /// <summary>Keeps it from the programs that this process starts.</summary>
    public static void SetCloseOnExec(this SafeFileHandle descriptor) =>
        Check(LibC.Fcntl(descriptor, LibC.FcntlSetDescriptorFlags, LibC.DescriptorCloseOnExec), "fcntl F_SETFD FD_CLOEXEC");

    /// <summary>How many this process has open, the one that it counts by included. (.NET's enumeration would look at each entry twice.)</summary>
    /// <exception cref="IOException">/proc cannot be read.</exception>
    public static int CountOpen()
    {
        var stream = LibC.OpenDirectory("/proc/self/fd");
        if (stream == 0) throw KernelException.Last("opendir /proc/self/fd");
        // "." and ".." are entries, too.
        var count = -2;
        while (LibC.ReadDirectory(stream) != 0) count++;
        _ = LibC.CloseDirectory(stream);
        return count;
    }
}
