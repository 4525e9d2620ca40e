using System.Runtime.InteropServices;

namespace Mayfly.Protocol.Descriptors;

/// <summary>poll(2).</summary>
public static unsafe class Poll
{
    /// <summary>Bytes, a packet, an end of file or an ended process are there.</summary>
    public const short Readable = 1;

    /// <summary>Waits until a descriptor is ready or the time is over; a signal may end it early.</summary>
    /// <param name="entries">What to wait for; their results are filled in.</param>
    /// <param name="timeout">Rounded up to milliseconds; <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</param>
    /// <returns>How many are ready.</returns>
    public static int Wait(Span<PollEntry> entries, TimeSpan timeout)
    {
        var milliseconds = timeout < TimeSpan.Zero ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(timeout.TotalMilliseconds));
        fixed (PollEntry* first = entries)
        {
            var ready = LibC.Poll(first, (nuint)entries.Length, milliseconds);
            if (ready >= 0)
            {
                return ready;
            }
        }

        return Marshal.GetLastPInvokeError() == Errno.EINTR ? 0 : throw KernelException.Last($"poll of {entries.Length} descriptors");
    }
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollEntry
{
    /// <summary>The number; it must stay open while it is waited for.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public short Wanted;

    /// <summary>What is there; errors and hang-ups come unasked.</summary>
    public short Found;
}
