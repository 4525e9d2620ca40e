using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Gateway;

/// <summary>The agent's end of the cell stream: frames in, frames out, never waiting.</summary>
/// <remarks>
/// What waits to be sent is bounded by who adds to it: output only while <see cref="HasRoom"/>, everything else is a few small messages a slot.
/// It is written once for each batch of events.
/// </remarks>
internal sealed class GatewayConnection
{
    // Some large chunks of output: enough to keep a socket busy, little beside what executions may hold back themselves.
    private const int FullAtBytes = 512 * 1024;
    private const short PollWritable = 4;

    private readonly EventLoop _loop;
    private readonly SafeFileHandle _stream;
    private readonly Action<ToAgent> _onMessage;
    private readonly Action<string> _onEnd;
    private readonly FrameReader<ToAgent> _reader = new(ToAgent.Parser, FrameLimits.MaxToAgentBytes);
    private readonly FrameWriter _writer = new(FrameLimits.MaxFromAgentBytes);
    private bool _ended;

    /// <param name="loop">Calls back.</param>
    /// <param name="stream">Any ordered byte stream: a socket, a virtio-serial port.</param>
    /// <param name="onMessage">Gets each message.</param>
    /// <param name="onEnd">The stream is over: nobody is there to run anything for.</param>
    public GatewayConnection(EventLoop loop, SafeFileHandle stream, Action<ToAgent> onMessage, Action<string> onEnd)
    {
        (_loop, _stream, _onMessage, _onEnd) = (loop, stream, onMessage, onEnd);
        _stream.SetCloseOnExec();
        _stream.SetNonBlocking();
        _loop.Add(_stream, Readiness.Readable, OnReady);
    }

    /// <summary>Whether more output may be added now.</summary>
    public bool HasRoom => _writer.PendingBytes < FullAtBytes;

    /// <summary>Adds a message to what the next <see cref="Flush"/> sends.</summary>
    public void Send(FromAgent message) => _writer.Write(message);

    /// <summary>Sends what the stream takes without waiting; the rest when it takes more.</summary>
    public void Flush()
    {
        if (_ended) return;
        while (_writer.PendingBytes > 0)
        {
            var count = _stream.Write(_writer.Pending.Span);
            if (count < 0)
            {
                if (Descriptors.LastError == Errno.EAGAIN) break;
                End($"write: {Errno.Name(Descriptors.LastError)}");
                return;
            }

            _writer.Sent(count);
        }

        _loop.Change(_stream, _writer.PendingBytes > 0 ? Readiness.Readable | Readiness.Writable : Readiness.Readable);
    }

    /// <summary>For the last message of an agent that exits: waits until it is sent, but not longer than the limit.</summary>
    public unsafe void FlushAndWait(TimeSpan limit)
    {
        var clock = _loop.Deadlines.Clock;
        var since = clock.GetTimestamp();
        Flush();
        while (!_ended && _writer.PendingBytes > 0 && clock.GetElapsedTime(since) < limit)
        {
            var entry = new LibC.PollEntry { Fd = _stream.Number(), Wanted = PollWritable };
            _ = LibC.Poll(&entry, 1, 50);
            Flush();
        }
    }

    private void OnReady(Readiness ready)
    {
        // Writable: the flush after this batch goes on.
        if ((ready & ~Readiness.Writable) == 0) return;
        try
        {
            Receive();
        }
        catch (ProtocolViolationException e)
        {
            End(e.Message);
        }
    }

    private void Receive()
    {
        var count = _stream.Read(_reader.Space.Span);
        if (count < 0 && Descriptors.LastError == Errno.EAGAIN) return;
        if (count <= 0)
        {
            End(count == 0 ? "end of stream" : $"read: {Errno.Name(Descriptors.LastError)}");
            return;
        }

        _reader.Advance(count);
        while (!_ended && _reader.TryRead(out var message)) _onMessage(message);
    }

    private void End(string why)
    {
        if (_ended) return;
        _ended = true;
        _loop.Forget(_stream);
        _onEnd(why);
    }
}
