using System.Net.Sockets;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>Speaks the agent's side of the cell protocol, truthfully or not, as a test's script tells it to.</summary>
internal sealed class FakeAgent(Socket socket) : IDisposable
{
    internal static readonly IReadOnlyList<Runtime> Runtimes =
    [
        new() { Language = Language.Python, Version = "3.13.5" },
        new() { Language = Language.Javascript, Version = "22.23.3" },
    ];

    private readonly FrameReader<ToAgent> _reader = new(ToAgent.Parser, FrameLimits.MaxToAgentBytes);
    private readonly FrameWriter _writer = new(16 * FrameLimits.MaxToAgentBytes);
    private uint _nextSlot;

    /// <summary>What the gateway asked for.</summary>
    internal Configure Configuration { get; private set; } = new();

    /// <summary>Whether an unanswered StatusRequest stays so.</summary>
    internal bool Mute { get; set; }

    /// <summary>An honest agent: boots, offers its slots, and runs each execution as it is told.</summary>
    internal static async Task ServeAsync(FakeAgent agent, Func<FakeAgent, Execute, Task> run)
    {
        await agent.BootAsync();
        await agent.OfferAsync(agent.Configuration.Slots);
        while (await agent.NextAsync() is { } message)
        {
            if (message.Execute is { } execute) _ = run(agent, execute);
            if (message.Drain is null) continue;
            agent.Drained = true;
            agent.Dispose();
            return;
        }
    }

    /// <summary>Prints the program's own text and exits with 0.</summary>
    internal static async Task EchoAsync(FakeAgent agent, Execute execute)
    {
        await agent.SendAsync(
            new() { Started = new() { Id = execute.Id } },
            new() { Output = new() { Id = execute.Id, Stream = Mayfly.Protocol.Messages.Stream.Stdout, Data = execute.Code } },
            Exit(execute.Id),
            agent.Ready());
    }

    internal static FromAgent Exit(ulong id, uint code = 0, bool started = true) =>
        new() { Finished = new() { Id = id, Termination = Termination.Exit, ExitCode = code, Started = started, WallTimeUs = 1, CpuTimeUs = 1, PeakMemoryBytes = 1 } };

    internal Hello Hello() => new()
    {
        ProtocolVersion = FrameLimits.ProtocolVersion,
        AgentVersion = "1.0",
        LauncherNote = "fake",
        Slots = Configuration.Slots,
        Runtimes = { Runtimes.Select(runtime => runtime.Clone()) },
        Posture = { new Layer { Name = "seccomp", InForce = true } },
        SelfTest = { new Check { Name = "fork", Passed = true } },
    };

    internal FromAgent Ready() => new() { SlotReady = new() { Slot = _nextSlot++ % Math.Max(1, Configuration.Slots) } };

    internal async Task BootAsync()
    {
        var first = await NextAsync() ?? throw new EndOfStreamException("The gateway has let the cell go.");
        Configuration = first.Configure ?? throw new InvalidOperationException($"The first message was {first.MessageCase}, no Configure.");
        await SendAsync(new FromAgent { Hello = Hello() });
    }

    internal async Task OfferAsync(uint slots)
    {
        for (var i = 0; i < slots; i++) await SendAsync(Ready());
    }

    internal async Task<Execute> ExecuteAsync()
    {
        while (true)
        {
            var message = await NextAsync() ?? throw new EndOfStreamException();
            if (message.Execute is { } execute) return execute;
        }
    }

    /// <summary>The next message that is no StatusRequest (those it answers); null at the end.</summary>
    internal async Task<ToAgent?> NextAsync()
    {
        while (true)
        {
            ToAgent? message;
            while (!_reader.TryRead(out message))
            {
                int count;
                try
                {
                    count = await socket.ReceiveAsync(_reader.Space);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return null;
                }

                if (count == 0) return null;
                _reader.Advance(count);
            }

            if (message.StatusRequest is null) return message;
            if (!Mute) await SendAsync(new FromAgent { Status = new() });
        }
    }

    internal Task SendAsync(params FromAgent[] messages)
    {
        lock (_writer)
        {
            foreach (var message in messages) _writer.Write(message);
            var bytes = _writer.Pending.ToArray();
            _writer.Sent(bytes.Length);
            return SendAsync(bytes);
        }
    }

    /// <summary>Sends bytes as they are; that the gateway has hung up is no failure of the script.</summary>
    internal async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            HungUp = true;
        }
    }

    /// <summary>Whether it was told that nothing comes any more, and ended by that.</summary>
    internal bool Drained { get; private set; }

    /// <summary>Whether a send failed because the gateway had closed the stream.</summary>
    internal bool HungUp { get; private set; }

    /// <summary>Waits for the gateway to close the stream, reading what it still says.</summary>
    internal async Task UntilHungUpAsync()
    {
        while (await NextAsync() is not null) { }
    }

    public void Dispose() => socket.Dispose();
}
