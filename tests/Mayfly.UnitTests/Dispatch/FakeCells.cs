using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Google.Protobuf;
using Mayfly.Dispatch;
using Mayfly.Protocol.Control;
using Mayfly.Protocol.Descriptors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>Stands in for mayfly-cells at the other end of a real control socket; its cells are scripts.</summary>
internal sealed class FakeCells : IAsyncDisposable
{
    private readonly SafeFileHandle _socket;
    private readonly Func<uint, FakeAgent, Task> _script;
    private readonly ConcurrentDictionary<uint, FakeAgent> _agents = new();
    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private Dispatcher? _dispatcher;

    /// <param name="script">What the agent of each cell does, by the cell's number (1, 2, …).</param>
    /// <param name="time">The dispatcher's clock.</param>
    /// <param name="patience">As mayfly-cells says it.</param>
    internal FakeCells(Func<uint, FakeAgent, Task> script, TimeProvider? time = null, uint patience = 0)
    {
        (_script, _time) = (script, time ?? TimeProvider.System);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == Meter && instrument.Name == "mayfly.cells.lost") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            // Zero, without a cause: the counter's beginning.
            if (count > 0) LostBy.Enqueue((string)tags[0].Value!);
        });
        _listener.Start();
        var (ours, theirs) = SocketPair.Packets();
        _socket = ours;
        Control = new CellsControl(theirs);
        Send(new() { Info = new() { Launcher = "fake", ImageDigest = "sha256:0", MaxCells = 8, Patience = patience } });
        new Thread(Listen) { IsBackground = true }.Start();
    }

    internal CellsControl Control { get; }

    /// <summary>The dispatcher's own instruments.</summary>
    internal Meter Meter { get; } = new("Mayfly.Test");

    /// <summary>Cells that were launched and stopped, in order: "+1", "-1".</summary>
    internal ConcurrentQueue<string> Events { get; } = new();

    /// <summary>Why cells were lost, in order, as the metrics say it.</summary>
    internal ConcurrentQueue<string> LostBy { get; } = new();

    /// <summary>Launches that are refused; taken one by one.</summary>
    internal ConcurrentQueue<string> Refusals { get; } = new();

    /// <summary>The scripts' own failures.</summary>
    internal ConcurrentQueue<Exception> ScriptErrors { get; } = new();

    internal Dispatcher Dispatcher => _dispatcher ?? throw new InvalidOperationException("StartAsync first.");

    /// <summary>Starts a dispatcher on these cells and waits until it is ready.</summary>
    internal async Task<Dispatcher> StartAsync(DispatchOptions options, bool untilReady = true)
    {
        _dispatcher = Dispatcher.Start(Control, options, _time, Meter, NullLoggerFactory.Instance);
        if (untilReady) await UntilAsync(() => _dispatcher.IsReady, "no cell came up");
        return _dispatcher;
    }

    internal static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (var i = 0; i < 2_000; i++)
        {
            if (condition()) return;
            await Task.Delay(5);
        }

        Assert.Fail(otherwise);
    }

    internal void Kill(uint cell)
    {
        if (_agents.TryRemove(cell, out var agent)) agent.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_dispatcher is not null) await _dispatcher.DisposeAsync();
        Control.Dispose();
        DescriptorSocket.Shutdown(_socket);
        _socket.Dispose();
        foreach (var cell in _agents.Keys) Kill(cell);
        _listener.Dispose();
        Meter.Dispose();
        Assert.Empty(ScriptErrors);
    }

    private void Listen()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var packet = DescriptorSocket.Receive(_socket, buffer)!;
                if (packet.Length == 0) return;
                Take(ToCells.Parser.ParseFrom(buffer.AsSpan(0, packet.Length)));
            }
        }
        catch (Exception e) when (e is KernelException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Take(ToCells message)
    {
        if (message.Launch is { } launch)
        {
            Events.Enqueue($"+{launch.Cell}");
            if (Refusals.TryDequeue(out var refusal)) Send(new() { LaunchFailed = new() { Cell = launch.Cell, Reason = refusal } });
            else Launch(launch.Cell);
        }
        else
        {
            Kill(message.Stop.Cell);
            Events.Enqueue($"-{message.Stop.Cell}");
            Send(new() { Stopped = new() { Cell = message.Stop.Cell, Reason = "as asked" } });
        }
    }

    private void Launch(uint cell)
    {
        var (ours, theirs) = SocketPair.Stream();
        var agent = new FakeAgent(ToSocket(ours));
        _agents[cell] = agent;
        Send(new() { Launched = new() { Cell = cell } }, theirs);
        theirs.Dispose();
        Task.Run(async () =>
        {
            try
            {
                await _script(cell, agent);
            }
            catch (Exception e) when (e is not EndOfStreamException)
            {
                ScriptErrors.Enqueue(e);
            }
        });
    }

    private void Send(FromCells message, params ReadOnlySpan<SafeFileHandle> descriptors) => DescriptorSocket.Send(_socket, message.ToByteArray(), descriptors);

    private static Socket ToSocket(SafeFileHandle handle)
    {
        var socket = new Socket(new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true));
        handle.SetHandleAsInvalid();
        return socket;
    }
}
