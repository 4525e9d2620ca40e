using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>Two connected Unix sockets without a name: what joins two of Mayfly's processes.</summary>
public static unsafe class SocketPair
{
    /// <summary>Keeps the bounds of messages: one send is one packet. Between gateway and mayfly-cells, agent and jailer.</summary>
    public static (SafeFileHandle Ours, SafeFileHandle Theirs) Packets() => Make(LibC.SockSeqPacket);

    /// <summary>A stream of bytes. Between gateway and agent.</summary>
    public static (SafeFileHandle Ours, SafeFileHandle Theirs) Stream() => Make(LibC.SockStream);

    private static (SafeFileHandle Ours, SafeFileHandle Theirs) Make(int type)
    {
        var pair = stackalloc int[2];
        if (LibC.SocketPair(LibC.AfUnix, type | LibC.SockCloexec, 0, pair) != 0)
        {
            throw KernelException.Last("socketpair", "The process may have too many open descriptors (ulimit -n).");
        }

        return (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
    }
}
