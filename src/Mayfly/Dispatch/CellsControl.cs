using System.Collections.Concurrent;
using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Dispatch;

/// <summary>Asks mayfly-cells for cells, over the socket that this process inherited, and receives their streams.</summary>
/// <remarks>
/// One thread sits in recvmsg: packets are few, and .NET's own sockets cannot receive descriptors. mayfly-cells is trusted (it is root, and
/// started us), but a packet that makes no sense still ends the conversation: guessing on would lose descriptors. When the
/// conversation is over, so is this process's reason to live: see <see cref="Lost"/>.
/// </remarks>
internal sealed class CellsControl : IDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly ConcurrentDictionary<uint, Cell> _cells = new();
    private readonly TaskCompletionSource<CellsInfo> _info = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes over the socket and starts to listen.</summary>
    public CellsControl(SafeFileHandle socket)
    {
        _socket = socket;
        new Thread(Listen) { IsBackground = true, Name = "cells-control" }.Start();
    }

    /// <summary>What mayfly-cells says first.</summary>
    public Task<CellsInfo> Info => _info.Task;

    /// <summary>Completes, with the reason in words, when mayfly-cells is gone: cells die with it, and the gateway must exit at once.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>The socket that <c>mayfly-cells</c> passes to its child under this number.</summary>
    public static CellsControl FromInherited(int descriptor) => new(new SafeFileHandle(descriptor, ownsHandle: true));

    /// <summary>Launches a cell.</summary>
    /// <param name="request">With a number that was never used before.</param>
    /// <param name="giveUp">Ends the wait; the cell is stopped if it comes up all the same.</param>
    /// <returns>Its stream, or why there is none; and how it ends.</returns>
    public async Task<Launch> LaunchAsync(LaunchCell request, CancellationToken giveUp)
    {
        var cell = new Cell();
        if (!_cells.TryAdd(request.Cell, cell)) throw new ArgumentException($"cell {request.Cell} was launched before", nameof(request));
        Send(new() { Launch = request });

        await using var registration = giveUp.UnsafeRegister(
            static state => ((Cell)state!).Launched.TrySetResult((null, "mayfly-cells did not answer in time")), cell);
        var (stream, failure) = await cell.Launched.Task;
        return new Launch(stream, failure, cell.Stopped.Task);
    }

    /// <summary>Stops a cell and completes, with a reason in words, when nothing is left of it.</summary>
    public Task<string> StopAsync(uint number)
    {
        // No entry: it could not be launched, or mayfly-cells has said that it is gone.
        if (!_cells.TryGetValue(number, out var cell)) return Task.FromResult("it was gone");
        Send(new() { Stop = new() { Cell = number } });
        return cell.Stopped.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_socket.IsClosed) return;

        // Wakes the listener; the descriptor is closed when it is out of its call.
        DescriptorSocket.Shutdown(_socket);
        _socket.Dispose();
    }

    private void Send(ToCells message)
    {
        Span<byte> packet = stackalloc byte[message.CalculateSize()];
        message.WriteTo(packet);
        try
        {
            DescriptorSocket.Send(_socket, packet, []);
        }
        catch (Exception e) when (e is KernelException or ObjectDisposedException)
        {
            End(e.Message);
        }
    }

    private void Listen()
    {
        var buffer = new byte[FrameLimits.MaxControlBytes];
        try
        {
            while (true)
            {
                using var packet = DescriptorSocket.Receive(_socket, buffer)!;
                if (packet.Length == 0)
                {
                    End("mayfly-cells closed its end of the control socket");
                    return;
                }

                if (packet.Truncated) throw new ProtocolViolationException($"control: a packet over {FrameLimits.MaxControlBytes} bytes, or with too many descriptors");
                Take(FromCells.Parser.ParseFrom(buffer.AsSpan(0, packet.Length)), packet);
            }
        }
        catch (Exception e) when (e is KernelException or ObjectDisposedException or ProtocolViolationException or InvalidProtocolBufferException)
        {
            End(e.Message);
        }
    }

    private void Take(FromCells message, ReceivedPacket packet)
    {
        switch (message.MessageCase)
        {
            case FromCells.MessageOneofCase.Info:
                _info.TrySetResult(message.Info);
                break;
            case FromCells.MessageOneofCase.Launched when packet.DescriptorCount == 1:
                var stream = packet.Take(0);
                if (!Find(message.Launched.Cell).Launched.TrySetResult((stream, null))) stream.Dispose();
                break;
            case FromCells.MessageOneofCase.LaunchFailed:
                var failed = Remove(message.LaunchFailed.Cell);
                failed.Launched.TrySetResult((null, message.LaunchFailed.Reason));
                failed.Stopped.TrySetResult(message.LaunchFailed.Reason);
                break;
            case FromCells.MessageOneofCase.Stopped:
                var stopped = Remove(message.Stopped.Cell);
                stopped.Launched.TrySetResult((null, message.Stopped.Reason));
                stopped.Stopped.TrySetResult(message.Stopped.Reason);
                break;
            default:
                throw new ProtocolViolationException($"control: {message.MessageCase} with {packet.DescriptorCount} descriptors");
        }
    }

    private Cell Find(uint number) =>
        _cells.TryGetValue(number, out var cell) ? cell : throw new ProtocolViolationException($"control: cell {number} was not asked for");

    private Cell Remove(uint number) =>
        _cells.TryRemove(number, out var cell) ? cell : throw new ProtocolViolationException($"control: cell {number} was not asked for");

    private void End(string reason)
    {
        _lost.TrySetResult(reason);
        _info.TrySetException(new IOException(reason));
        foreach (var (_, cell) in _cells)
        {
            cell.Launched.TrySetResult((null, reason));
            cell.Stopped.TrySetResult(reason);
        }
    }

    private sealed class Cell
    {
        internal TaskCompletionSource<(SafeFileHandle? Stream, string? Failure)> Launched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<string> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A launched cell.</summary>
/// <param name="Stream">To its agent; null: it could not be launched.</param>
/// <param name="Failure">Why not.</param>
/// <param name="Ended">Completes when nothing is left of it, with mayfly-cells' words on how it ended.</param>
internal readonly record struct Launch(SafeFileHandle? Stream, string? Failure, Task<string> Ended);
