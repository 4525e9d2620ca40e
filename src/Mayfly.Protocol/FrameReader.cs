using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Mayfly.Protocol;

/// <summary>Takes a byte stream apart into messages; what the stream holds may be an attacker's.</summary>
/// <remarks>
/// Bytes are received directly into <see cref="Space"/> and announced by <see cref="Advance"/>; then
/// <see cref="TryRead"/> gives the complete messages one by one. It neither waits nor knows what a socket is, so an
/// epoll loop and a thread that waits in recv use it alike. A length of zero or over the limit is refused as soon as its four bytes are
/// there, and the buffer grows with the bytes that came, never with the length that was claimed.
/// What was read is cleared: the buffer lives as long as the cell, and holds everybody's code or output in turn.
/// Once it has thrown, it throws the same again: there is no way to find the next frame in a broken stream.
/// </remarks>
/// <param name="parser">The one message type that this direction of the stream carries.</param>
/// <param name="maxMessageBytes">The bound of one message, from <see cref="FrameLimits"/>.</param>
public sealed class FrameReader<TMessage>(MessageParser<TMessage> parser, int maxMessageBytes)
    where TMessage : class, IMessage<TMessage>
{
    // Most frames are under 1 KiB; a few of them arrive in one read.
    private const int FirstBufferBytes = 16 * 1024;

    // Unknown fields would be kept as objects, many for few bytes, and nobody reads them.
    private readonly MessageParser<TMessage> _parser = parser.WithDiscardUnknownFields(true);
    private readonly int _maxBufferBytes = FrameLimits.LengthBytes + maxMessageBytes;

    private byte[] _buffer = new byte[Math.Min(FirstBufferBytes, FrameLimits.LengthBytes + maxMessageBytes)];
    private int _start;
    private int _end;
    private ProtocolViolationException? _violation;

    /// <summary>Where the next bytes of the stream go; never empty once <see cref="TryRead"/> has said that there is no more.</summary>
    public Memory<byte> Space
    {
        get
        {
            MakeSpace();
            return _buffer.AsMemory(_end);
        }
    }

    /// <summary>Bytes received and not yet read as a message.</summary>
    public int BufferedBytes => _end - _start;

    /// <summary>Says how many bytes were put into <see cref="Space"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _end);
        _end += count;
    }

    /// <summary>Takes the next complete message, if there is one.</summary>
    /// <exception cref="ProtocolViolationException">A length is out of bounds, or the bytes are no message of this type.</exception>
    public bool TryRead([NotNullWhen(true)] out TMessage? message)
    {
        message = null;
        if (_violation is not null) throw _violation;

        var received = _buffer.AsSpan(_start, _end - _start);
        if (received.Length < FrameLimits.LengthBytes) return false;

        var length = BinaryPrimitives.ReadUInt32LittleEndian(received);
        if (length == 0 || length > maxMessageBytes)
        {
            throw _violation = new($"frame: length {length} is not in 1..{maxMessageBytes}");
        }

        var frameBytes = FrameLimits.LengthBytes + (int)length;
        if (received.Length < frameBytes) return false;

        message = Parse(received[FrameLimits.LengthBytes..frameBytes]);
        received[..frameBytes].Clear();
        _start += frameBytes;
        if (_start == _end) _start = _end = 0;
        return true;
    }

    private TMessage Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw _violation = new($"frame: {bytes.Length} bytes are no {typeof(TMessage).Name}: {e.Message}", e);
        }
    }

    // A read should bring many bytes, so a nearly full buffer is moved to its front or grows. The largest buffer holds any
    // frame that TryRead did not refuse, and an incomplete one leaves room in it.
    private void MakeSpace()
    {
        if (_buffer.Length - _end >= _buffer.Length / 4) return;

        var kept = _end - _start;
        var grows = kept > _buffer.Length / 2 && _buffer.Length < _maxBufferBytes;
        if (!grows && _start == 0) return;

        var target = grows ? new byte[Math.Min(_maxBufferBytes, _buffer.Length * 2)] : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        // Where it was and is no more.
        if (grows) _buffer.AsSpan(_start, kept).Clear();
        else _buffer.AsSpan(Math.Max(_start, kept), _end - Math.Max(_start, kept)).Clear();
        (_buffer, _start, _end) = (target, 0, kept);
    }
}
