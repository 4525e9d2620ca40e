using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>Bytes over a connected stream socket, by the thread that asks: no event loop, no thread pool between.</summary>
/// <remarks>
/// The descriptor stays in blocking mode; who must not wait says so at each call. <see cref="DescriptorSocket.Shutdown"/> wakes whoever
/// waits here, and the number is not given to anybody else before the last of them is out of its call.
/// </remarks>
public static unsafe class StreamSocket
{
    /// <summary>Waits for bytes.</summary>
    /// <param name="socket">A stream socket.</param>
    /// <param name="buffer">Where they go; not empty.</param>
    /// <returns>How many came; 0: the stream is over.</returns>
    /// <exception cref="KernelException">The receive failed: ECONNRESET, say.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed here.</exception>
    public static int Receive(SafeFileHandle socket, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var received = LibC.Receive(socket, bytes, (nuint)buffer.Length, 0);
                if (received >= 0) return (int)received;
                if (Marshal.GetLastPInvokeError() != Errno.EINTR) throw KernelException.Last("recv on a stream socket");
            }
        }
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="socket">A stream socket.</param>
    /// <param name="bytes">Not empty.</param>
    /// <param name="wait">Whether to wait until at least one byte is taken.</param>
    /// <returns>How many were taken: all, fewer, or 0 if there is no room and <paramref name="wait"/> is false.</returns>
    /// <exception cref="KernelException">The other side is gone (EPIPE, ECONNRESET), or the send failed otherwise.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed here.</exception>
    public static int Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes, bool wait)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length);
        fixed (byte* first = bytes)
        {
            while (true)
            {
                var sent = LibC.Send(socket, first, (nuint)bytes.Length, LibC.MsgNoSignal | (wait ? 0 : LibC.MsgDontWait));
                if (sent >= 0) return (int)sent;
                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN when !wait:
                        return 0;
                    default:
                        throw KernelException.Last("send on a stream socket", "The process at its other end may have exited.");
                }
            }
        }
    }
}
