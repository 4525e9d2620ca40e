using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>Packets that carry descriptors (SCM_RIGHTS) over a Unix socket.</summary>
/// <remarks>
/// Nothing here trusts the other side: a packet that is longer than the buffer, or brings more descriptors than asked for,
/// comes back as <see cref="ReceivedPacket.Truncated"/>, and every descriptor that did arrive is owned by the result.
/// </remarks>
public static unsafe class DescriptorSocket
{
    /// <summary>The most descriptors in one packet: a jail's pidfd, control, stdout, stderr, ending and its cgroups' files.</summary>
    public const int MaxDescriptors = 9;

    private const int ControlBytes = 64; // CMSG_SPACE(MaxDescriptors * sizeof(int)) = 16 + 40, and room to notice one too many

    /// <summary>Sends one packet.</summary>
    /// <param name="socket">A Unix socket.</param>
    /// <param name="packet">At least one byte: an empty packet could not be told from the end.</param>
    /// <param name="descriptors">At most <see cref="MaxDescriptors"/>; they stay the caller's to close.</param>
    /// <param name="wait">Whether to wait for room; otherwise false is returned when there is none.</param>
    /// <returns>Whether it was sent.</returns>
    /// <exception cref="KernelException">The other side is gone (EPIPE, ECONNRESET), or the send failed otherwise.</exception>
    public static bool Send(SafeFileHandle socket, ReadOnlySpan<byte> packet, ReadOnlySpan<SafeFileHandle> descriptors, bool wait = true)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packet.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MaxDescriptors);

        var control = stackalloc byte[ControlBytes];
        fixed (byte* bytes = packet)
        {
            var vector = new LibC.IoVector { Base = bytes, Length = (nuint)packet.Length };
            var message = new LibC.MessageHeader { Vectors = &vector, VectorCount = 1 };
            var borrowed = 0;
            try
            {
                if (descriptors.Length > 0)
                {
                    var header = (LibC.ControlHeader*)control;
                    header->Length = (nuint)(sizeof(LibC.ControlHeader) + (descriptors.Length * sizeof(int)));
                    header->Level = LibC.SolSocket;
                    header->Type = LibC.ScmRights;
                    var numbers = (int*)(header + 1);
                    for (; borrowed < descriptors.Length; borrowed++)
                    {
                        var taken = false;
                        descriptors[borrowed].DangerousAddRef(ref taken);
                        numbers[borrowed] = (int)descriptors[borrowed].DangerousGetHandle();
                    }

                    message.Control = control;
                    message.ControlLength = header->Length;
                }

                return Send(socket, &message, packet.Length, wait);
            }
            finally
            {
                for (var i = 0; i < borrowed; i++)
                {
                    descriptors[i].DangerousRelease();
                }
            }
        }
    }

    /// <summary>Receives one packet with at most <see cref="MaxDescriptors"/> descriptors, all close-on-exec.</summary>
    /// <param name="socket">A Unix socket.</param>
    /// <param name="buffer">Where the bytes go; longer packets are cut and marked.</param>
    /// <param name="wait">Whether to wait for a packet; otherwise null is returned when there is none.</param>
    /// <returns>The packet; null if none is there and <paramref name="wait"/> is false.</returns>
    /// <exception cref="KernelException">The receive failed.</exception>
    public static ReceivedPacket? Receive(SafeFileHandle socket, Span<byte> buffer, bool wait = true)
    {
        ArgumentOutOfRangeException.ThrowIfZero(buffer.Length);
        var control = stackalloc byte[ControlBytes];
        fixed (byte* bytes = buffer)
        {
            var vector = new LibC.IoVector { Base = bytes, Length = (nuint)buffer.Length };
            while (true)
            {
                var message = new LibC.MessageHeader { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
                var received = LibC.ReceiveMessage(socket, &message, LibC.MsgCmsgCloexec | (wait ? 0 : LibC.MsgDontWait));
                if (received >= 0)
                {
                    var descriptors = Collect(control, (int)message.ControlLength);
                    return new ReceivedPacket((int)received, descriptors)
                    {
                        Truncated = (message.Flags & (LibC.MsgTrunc | LibC.MsgCtrunc)) != 0 || descriptors.Count > MaxDescriptors,
                    };
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        continue;
                    case Errno.EAGAIN:
                        return null;
                    case Errno.ECONNRESET:
                        // The other end was closed with packets unread: as final as an end of file.
                        return new ReceivedPacket(0, []);
                    default:
                        throw KernelException.Last("recvmsg on a Unix socket");
                }
            }
        }
    }

    /// <summary>Ends the conversation in both directions; whoever waits on either end wakes up.</summary>
    public static void Shutdown(SafeFileHandle socket) => _ = LibC.Shutdown(socket, 2); // ENOTCONN: already over

    private static bool Send(SafeFileHandle socket, LibC.MessageHeader* message, int length, bool wait)
    {
        while (true)
        {
            var sent = LibC.SendMessage(socket, message, LibC.MsgNoSignal | (wait ? 0 : LibC.MsgDontWait));
            if (sent == length)
            {
                return true;
            }

            if (sent >= 0)
            {
                // Only a stream can take a part. Descriptors go with the first byte: sending the rest anew would double them.
                throw new KernelException($"sendmsg on a Unix socket: {sent} of {length} bytes were taken. Send packets over SOCK_SEQPACKET.");
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    continue;
                case Errno.EAGAIN when !wait:
                    return false;
                default:
                    throw KernelException.Last("sendmsg on a Unix socket", "The process at its other end may have exited.");
            }
        }
    }

    private static List<SafeFileHandle> Collect(byte* control, int length)
    {
        var descriptors = new List<SafeFileHandle>();
        var at = 0;
        while (at + sizeof(LibC.ControlHeader) <= length)
        {
            var header = (LibC.ControlHeader*)(control + at);
            var end = at + (int)header->Length;
            if ((int)header->Length < sizeof(LibC.ControlHeader) || end > length)
            {
                break;
            }

            if (header->Level == LibC.SolSocket && header->Type == LibC.ScmRights)
            {
                var count = ((int)header->Length - sizeof(LibC.ControlHeader)) / sizeof(int);
                var numbers = (int*)(header + 1);
                for (var i = 0; i < count; i++)
                {
                    // SAFETY: the kernel has just installed this number for us; nobody else owns it.
                    descriptors.Add(new SafeFileHandle(numbers[i], ownsHandle: true));
                }
            }

            at += (end - at + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
        }

        return descriptors;
    }
}

/// <summary>One packet. Disposing closes the descriptors that nobody took.</summary>
/// <param name="length">Bytes in the buffer.</param>
/// <param name="descriptors">What came with it.</param>
public sealed class ReceivedPacket(int length, IReadOnlyList<SafeFileHandle> descriptors) : IDisposable
{
    private readonly SafeFileHandle?[] _descriptors = [.. descriptors];

    /// <summary>Bytes in the buffer; 0: the other side has closed its end.</summary>
    public int Length { get; } = length;

    /// <summary>How many descriptors came, taken or not.</summary>
    public int DescriptorCount => _descriptors.Length;

    /// <summary>Whether bytes or descriptors were cut off: the sender broke the bounds.</summary>
    public bool Truncated { get; init; }

    /// <summary>Takes a descriptor over from this packet.</summary>
    public SafeFileHandle Take(int index)
    {
        var taken = _descriptors[index] ?? throw new InvalidOperationException($"Descriptor {index} of this packet was taken before.");
        _descriptors[index] = null;
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            descriptor?.Dispose();
        }
    }
}
