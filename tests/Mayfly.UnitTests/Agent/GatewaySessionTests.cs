using Google.Protobuf;
using Mayfly.Agent.Gateway;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>The agent's side of the cell protocol once it is ready.</summary>
public sealed class GatewaySessionTests : IDisposable
{
    private readonly ScriptedCell _cell = new();
    private readonly SafeFileHandle _gateway;
    private readonly FrameReader<FromAgent> _reader = new(FromAgent.Parser, FrameLimits.MaxFromAgentBytes);
    private string? _violation;
    private bool _drained;

    public GatewaySessionTests()
    {
        var (ours, theirs) = SocketPair.Stream();
        _gateway = theirs;
        _gateway.SetNonBlocking();
        GatewaySession session = null!;
        var connection = new GatewayConnection(_cell.Loop, ours, message => session.OnMessage(message), why => _violation ??= why);
        session = new GatewaySession(_cell.Loop, connection, _cell.Pool, _cell.Choice, ScriptedCell.Limits, looksForEndings: true, () => 0, () => _drained = true, why => _violation ??= why);
        _cell.Loop.AfterBatch = session.Pump;
    }

    public void Dispose()
    {
        _gateway.Dispose();
        _cell.Dispose();
    }

    [Fact]
    public void Ready_slot_is_announced_once_and_takes_one_program()
    {
        var child = _cell.BecomeReady();
        _cell.Turn();
        Assert.Equal([FromAgent.MessageOneofCase.SlotReady], Received().Select(message => message.MessageCase));

        Send(Execute(7));
        child.Say(NoticeKind.Started);
        child.Print("hello");
        child.Exit(0);

        var messages = Received();
        Assert.Equal(
            [FromAgent.MessageOneofCase.Started, FromAgent.MessageOneofCase.Output, FromAgent.MessageOneofCase.Finished],
            messages.Select(message => message.MessageCase));
        Assert.Equal((7UL, "hello", 7UL), (messages[0].Started.Id, messages[1].Output.Data.ToStringUtf8(), messages[2].Finished.Id));
        child.InitExit();
        _cell.BecomeReady();
        Assert.Single(Received(), message => message.SlotReady is not null);
    }

    [Fact]
    public void Program_is_cleared_when_its_child_has_it()
    {
        var child = _cell.BecomeReady();
        var execute = new Execute { Id = 7, Language = Language.Python, Code = ByteString.CopyFromUtf8("print(1)"), Stdin = ByteString.CopyFromUtf8("input") };
        var session = new GatewaySession(_cell.Loop, new GatewayConnection(_cell.Loop, SocketPair.Stream().Item1, _ => { }, _ => { }), _cell.Pool, _cell.Choice, ScriptedCell.Limits, looksForEndings: true, () => 0, () => { }, _ => { });
        session.Pump();

        session.OnMessage(new ToAgent { Execute = execute });

        Assert.All(new[] { execute.Code, execute.Stdin }, bytes => Assert.False(bytes.Span.ContainsAnyExcept((byte)0)));
        child.Say(NoticeKind.Started);
    }

    [Fact]
    public void Execute_without_a_free_slot_is_a_violation()
    {
        _cell.BecomeReady();
        Send(Execute(1), Execute(2));

        Assert.Equal("Execute 2 without a free slot", _violation);
    }

    [Fact]
    public void Program_that_is_refused_costs_no_jail()
    {
        var child = _cell.BecomeReady();
        Received();

        Send(new ToAgent { Execute = new Execute { Id = 1, Language = Language.Unspecified } });

        var messages = Received();
        Assert.Equal((Termination.Infrastructure, false), (messages[0].Finished.Termination, messages[0].Finished.Started));
        Assert.NotNull(messages[1].SlotReady);
        Assert.False(child.Init.HasExited);
    }

    [Fact]
    public void Gateway_that_does_not_read_holds_back_the_slot_and_nothing_is_lost()
    {
        var child = _cell.BecomeReady();
        Send(Execute(1));
        child.Say(NoticeKind.Started);
        Received();

        // More than socket and connection hold.
        var chunk = new string('x', 60_000);
        for (var i = 0; i < 17; i++) child.Print(chunk);
        child.Exit(0);
        child.InitExit();
        _cell.BecomeReady();
        _cell.Turn();
        Assert.Equal(1, _cell.Pool.Ready);

        var messages = Received();
        Assert.Equal(17 * 60_000, messages.Where(message => message.Output is not null).Sum(message => message.Output.Data.Length));
        Assert.All(messages.Where(message => message.Output is not null), message => Assert.InRange(message.Output.Data.Length, 1, FrameLimits.MaxOutputChunkBytes));
        Assert.Equal(
            [FromAgent.MessageOneofCase.Output, FromAgent.MessageOneofCase.Finished, FromAgent.MessageOneofCase.SlotReady],
            messages.Select(message => message.MessageCase).Distinct());
    }

    [Fact]
    public void Program_whose_jail_died_is_given_to_the_next_one()
    {
        var child = _cell.BecomeReady();
        Received();
        child.Exit(9);
        child.InitExit();

        Send(Execute(1));
        Assert.Empty(Received());
        _cell.Pass(TimeSpan.FromMilliseconds(101));
        var next = _cell.BecomeReady();
        next.Say(NoticeKind.Started);

        Assert.Equal(1UL, Assert.Single(Received()).Started.Id);
    }

    [Fact]
    public void Program_for_which_no_jail_comes_is_refused_in_time()
    {
        var child = _cell.BecomeReady();
        Received();
        child.Exit(9);
        child.InitExit();
        Send(Execute(1));

        _cell.Pass(TimeSpan.FromSeconds(4.6));

        var finished = Assert.Single(Received()).Finished;
        Assert.Equal((Termination.Infrastructure, false), (finished.Termination, finished.Started));
    }

    [Fact]
    public void Cancel_reaches_a_program_that_still_waits_for_a_jail()
    {
        var child = _cell.BecomeReady();
        Received();
        child.Exit(9);
        child.InitExit();

        Send(Execute(1), new ToAgent { Cancel = new Cancel { Id = 1 } });

        Assert.Equal(Termination.Cancelled, Assert.Single(Received()).Finished.Termination);
    }

    [Fact]
    public void Many_questions_at_once_get_one_status()
    {
        _cell.BecomeReady();
        Received();

        Send([.. Enumerable.Repeat(new ToAgent { StatusRequest = new StatusRequest() }, 500)]);

        var status = Assert.Single(Received()).Status;
        Assert.Equal((1u, 0u, 0u), (status.SlotsReady, status.SlotsRunning, status.SlotsPreparing));
        Assert.NotEqual(0UL, status.AgentRssBytes);
        Assert.NotEqual(0u, status.OpenDescriptors);
    }

    [Fact]
    public void Drain_announces_no_slot_and_ends_when_nothing_runs()
    {
        var child = _cell.BecomeReady();
        Send(Execute(1));
        child.Say(NoticeKind.Started);
        Received();

        Send(new ToAgent { Drain = new Drain() });
        Assert.False(_drained);
        child.Exit(0);
        child.InitExit();
        _cell.BecomeReady();

        Assert.True(_drained);
        Assert.Equal([FromAgent.MessageOneofCase.Finished], Received().Select(message => message.MessageCase));
    }

    [Fact]
    public void Stream_of_garbage_ends_the_session()
    {
        _gateway.Write([255, 255, 255, 255]);
        _cell.Turn();

        Assert.Contains("frame: length", _violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_out_of_place_is_a_violation()
    {
        Send(new ToAgent { Configure = new Configure() });

        Assert.Equal("Configure does not belong here", _violation);
    }

    private static ToAgent Execute(ulong id) => new() { Execute = new Execute { Id = id, Language = Language.Python, Code = ByteString.CopyFromUtf8("pass") } };

    private void Send(params ToAgent[] messages)
    {
        var writer = new FrameWriter(FrameLimits.MaxToAgentBytes);
        foreach (var message in messages) writer.Write(message);
        while (writer.PendingBytes > 0)
        {
            writer.Sent(Math.Max(0, _gateway.Write(writer.Pending.Span)));
            _cell.Turn();
        }
    }

    /// <summary>All that the agent has to say now.</summary>
    private List<FromAgent> Received()
    {
        var messages = new List<FromAgent>();
        int count;
        do
        {
            _cell.Turn();
            count = _gateway.Read(_reader.Space.Span);
            if (count > 0) _reader.Advance(count);
            while (_reader.TryRead(out var message)) messages.Add(message);
        }
        while (count > 0);

        return messages;
    }
}
