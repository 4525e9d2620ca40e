using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>The agent's end of the packets to and from one parent: whoever forks children into jails, the jailer or a zygote, speaks them.</summary>
internal sealed class ParentConnection : IDisposable
{
    private readonly EventLoop _loop;
    private readonly SafeFileHandle _socket;
    private readonly Action<Report, SafeFileHandle?> _onReport;
    private readonly Action<string> _onLost;

    // A slot has one request under way at most, and one to forget what its last jail had, so this holds two entries a slot at most.
    private readonly Queue<(Request Request, SafeFileHandle[] Descriptors)> _unsent = new();

    /// <param name="loop">Calls back.</param>
    /// <param name="socket">SOCK_SEQPACKET; owned from here on.</param>
    /// <param name="onReport">Gets each report, and owns the descriptor that came with it.</param>
    /// <param name="onLost">The parent is gone or broken: what was seen.</param>
    public ParentConnection(
        EventLoop loop, SafeFileHandle socket, Action<Report, SafeFileHandle?> onReport, Action<string> onLost)
    {
        (_loop, _socket, _onReport, _onLost) = (loop, socket, onReport, onLost);
        _loop.Add(_socket, Readiness.Readable, OnReady);
    }

    /// <summary>Sends a request. The descriptors stay the caller's, and open until the parent has reported.</summary>
    public void Send(in Request request, params SafeFileHandle[] descriptors)
    {
        try
        {
            if (_unsent.Count == 0 && TrySend(request, descriptors)) return;
            _unsent.Enqueue((request, descriptors));
            _loop.Change(_socket, Readiness.Readable | Readiness.Writable);
        }
        catch (KernelException e)
        {
            _onLost(e.Message);
        }
    }

    public void Dispose()
    {
        _loop.Forget(_socket);
        _socket.Dispose();
    }

    private void OnReady(Readiness ready)
    {
        try
        {
            if ((ready & Readiness.Writable) != 0) SendWaiting();
            if ((ready & ~Readiness.Writable) != 0) ReceiveAll();
        }
        catch (KernelException e)
        {
            _onLost(e.Message);
        }
    }

    private void SendWaiting()
    {
        while (_unsent.TryPeek(out var next) && TrySend(next.Request, next.Descriptors)) _unsent.Dequeue();
        if (_unsent.Count == 0) _loop.Change(_socket, Readiness.Readable);
    }

    private bool TrySend(in Request request, SafeFileHandle[] descriptors) => DescriptorSocket.Send(
        _socket, MemoryMarshal.AsBytes(new ReadOnlySpan<Request>(in request)), descriptors, wait: false);

    private void ReceiveAll()
    {
        while (!_socket.IsClosed)
        {
            Report report = default;
            var buffer = MemoryMarshal.AsBytes(new Span<Report>(ref report));
            using var packet = DescriptorSocket.Receive(_socket, buffer, wait: false);
            if (packet is null) return;
            if (packet.Truncated || packet.Length != Unsafe.SizeOf<Report>() || packet.DescriptorCount > 1)
            {
                _onLost(packet.Length == 0
                    ? "it closed its socket"
                    : $"a packet of {packet.Length} bytes with {packet.DescriptorCount} descriptors is no report");
                return;
            }

            _onReport(report, packet.DescriptorCount == 1 ? packet.Take(0) : null);
        }
    }
}
