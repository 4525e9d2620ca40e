using System.Buffers.Binary;
using Google.Protobuf;

namespace Mayfly.Protocol;

/// <summary>Puts messages into one reused buffer as frames, for the owner to send from.</summary>
/// <remarks>
/// Each message is serialized once, to where it is sent from; nothing is allocated but when the buffer grows. What was sent is cleared. Not thread-safe:
/// the owner of the stream holds its lock. The owner also bounds what waits, by looking at <see cref="PendingBytes"/> before it adds
/// more.
/// </remarks>
/// <param name="maxMessageBytes">The bound of one message, from <see cref="FrameLimits"/>.</param>
public sealed class FrameWriter(int maxMessageBytes)
{
    private const int FirstBufferBytes = 4 * 1024;

    // A buffer that one large message made is given back once it is sent.
    private const int KeptBufferBytes = 256 * 1024;

    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;

    /// <summary>The bytes to send next.</summary>
    public ReadOnlyMemory<byte> Pending => _buffer.AsMemory(_start, _end - _start);

    /// <summary>How many bytes wait to be sent.</summary>
    public int PendingBytes => _end - _start;

    /// <summary>Appends one message.</summary>
    /// <exception cref="ArgumentException">It is larger than the other side accepts: a bound of ours is missing.</exception>
    public void Write(IMessage message)
    {
        var length = message.CalculateSize();
        if (length == 0 || length > maxMessageBytes)
        {
            throw new ArgumentException($"frame: a {message.Descriptor.Name} of {length} bytes is not in 1..{maxMessageBytes}", nameof(message));
        }

        var frame = Reserve(FrameLimits.LengthBytes + length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)length);
        message.WriteTo(frame[FrameLimits.LengthBytes..]);
        _end += frame.Length;
    }

    /// <summary>Says how many bytes of <see cref="Pending"/> were sent.</summary>
    public void Sent(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, PendingBytes);
        _buffer.AsSpan(_start, count).Clear();
        _start += count;
        if (_start < _end) return;

        _start = _end = 0;
        if (_buffer.Length > KeptBufferBytes) _buffer = new byte[FirstBufferBytes];
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _end < count)
        {
            var kept = PendingBytes;
            var target = kept + count <= _buffer.Length
                ? _buffer
                : new byte[Math.Max(_buffer.Length * 2, kept + count)];
            _buffer.AsSpan(_start, kept).CopyTo(target);
            // Where it was and is no more.
            if (target != _buffer) _buffer.AsSpan(_start, kept).Clear();
            else _buffer.AsSpan(Math.Max(_start, kept), _end - Math.Max(_start, kept)).Clear();
            (_buffer, _start, _end) = (target, 0, kept);
        }

        return _buffer.AsSpan(_end, count);
    }
}
