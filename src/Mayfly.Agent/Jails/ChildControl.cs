using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>The agent's end of a child's control stream: notices come in, START goes out, and user code never has the other end.</summary>
internal sealed class ChildControl
{
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _socket;
    private readonly Action<Notice, SafeFileHandle?> _onNotice;
    private readonly byte[] _notice = new byte[Unsafe.SizeOf<Notice>()];
    private int _noticeBytes;
    private SafeFileHandle? _descriptor;
    private ReadOnlyMemory<byte> _unsent;
    private bool _closed;

    /// <param name="loop">Calls back.</param>
    /// <param name="onNotice">Gets each notice, and owns the descriptor that came with it.</param>
    public ChildControl(EventLoop loop, Action<Notice, SafeFileHandle?> onNotice)
    {
        (_loop, _onNotice) = (loop, onNotice);
        (_socket, Theirs) = SocketPair.Stream();
        _socket.SetNonBlocking();
        _loop.Add(_socket, Readiness.Readable, OnReady);
    }

    /// <summary>The child's end: to be sent with FORK, then closed.</summary>
    public SafeFileHandle Theirs { get; }

    /// <summary>Sends the START block; what the socket does not take at once follows when it does.</summary>
    public void Start(ReadOnlyMemory<byte> block)
    {
        _unsent = block;
        Send();
    }

    /// <summary>Reads what the child has said until now.</summary>
    public void ReadNotices()
    {
        while (!_closed)
        {
            using var packet = Receive();
            if (packet is null) return;
            if (packet.Length == 0 || packet.Truncated)
            {
                // exec closes it, so its end says nothing about the program's.
                Close();
                return;
            }

            // It comes with its notice's first byte.
            if (packet.DescriptorCount > 0) _descriptor ??= packet.Take(0);
            _noticeBytes += packet.Length;
            if (_noticeBytes < _notice.Length) continue;
            _noticeBytes = 0;
            var descriptor = _descriptor;
            _descriptor = null;
            _onNotice(MemoryMarshal.Read<Notice>(_notice), descriptor);
        }
    }

    public void Close()
    {
        Theirs.Dispose();
        if (_closed) return;
        _closed = true;
        _descriptor?.Dispose();
        _loop.Forget(_socket);
        _socket.Dispose();
    }

    private ReceivedPacket? Receive()
    {
        try
        {
            return DescriptorSocket.Receive(_socket, _notice.AsSpan(_noticeBytes), wait: false);
        }
        catch (KernelException)
        {
            // As an end: what becomes of the child its parent says.
            return new ReceivedPacket(0, []);
        }
    }

    private void OnReady(Readiness ready)
    {
        if ((ready & Readiness.Writable) != 0) Send();
        if ((ready & ~Readiness.Writable) != 0) ReadNotices();
    }

    private void Send()
    {
        while (!_closed && _unsent.Length > 0)
        {
            var count = _socket.Write(_unsent.Span);
            if (count < 0 && Descriptors.LastError == Errno.EAGAIN) break;
            // EPIPE: the child is gone, and its parent will say how.
            _unsent = count < 0 ? default : _unsent[count..];
        }

        if (!_closed) _loop.Change(_socket, _unsent.Length > 0 ? Readiness.Readable | Readiness.Writable : Readiness.Readable);
    }
}
