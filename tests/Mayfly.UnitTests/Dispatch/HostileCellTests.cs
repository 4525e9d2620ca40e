using Google.Protobuf;
using Mayfly.Dispatch;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;
using Termination = Mayfly.Dispatch.Termination;
using Wire = Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>A cell that an attacker has taken over: whatever it says, it loses the cell, and its clients get an answer.</summary>
public sealed class HostileCellTests
{
    private static readonly DispatchOptions s_options = new() { Cells = 1, SlotsPerCell = 2, Limits = new() { OutputBytes = 100_000 } };

    /// <summary>What a cell does with an execution of id <c>N</c>, and whether that can only be found after user code had started.</summary>
    private static readonly Dictionary<string, (bool Started, Func<FakeAgent, Execute, Task> Lie)> s_lies = new()
    {
        ["a frame of length 0"] = (false, (agent, _) => agent.SendAsync(new byte[4])),
        ["a frame of 4 GiB"] = (false, (agent, _) => agent.SendAsync(new byte[] { 255, 255, 255, 255 })),
        ["a frame one byte too long"] = (false, (agent, _) => agent.SendAsync(BitConverter.GetBytes(FrameLimits.MaxFromAgentBytes + 1))),
        ["noise"] = (false, (agent, _) => agent.SendAsync(new byte[] { 8, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9 })),
        ["an empty message"] = (false, (agent, _) => agent.SendAsync(new byte[] { 2, 0, 0, 0, 0xF8, 0x01 })),
        ["a second Hello"] = (false, (agent, _) => agent.SendAsync(new FromAgent { Hello = agent.Hello() })),
        ["NotReady after Hello"] = (false, (agent, _) => agent.SendAsync(new FromAgent { NotReady = new() { Reason = "tired" } })),
        ["a Status that nobody asked for"] = (false, (agent, _) => agent.SendAsync(new FromAgent { Status = new() })),
        ["more credits than slots"] = (false, (agent, _) => agent.SendAsync(agent.Ready())),
        ["a credit of a slot that is not"] = (false, (agent, _) => agent.SendAsync(new FromAgent { SlotReady = new() { Slot = 2 } })),
        ["Started of an unknown id"] = (false, (agent, execute) => agent.SendAsync(new FromAgent { Started = new() { Id = execute.Id + 1 } })),
        ["Started of id 0"] = (false, (agent, _) => agent.SendAsync(new FromAgent { Started = new() })),
        ["Started of the largest id"] = (false, (agent, _) => agent.SendAsync(new FromAgent { Started = new() { Id = ulong.MaxValue } })),
        ["Output before Started"] = (false, (agent, execute) => agent.SendAsync(DispatcherTests.Output(execute, "x"u8))),
        ["Finished before Started that says it had started"] = (false, (agent, execute) => agent.SendAsync(FakeAgent.Exit(execute.Id))),
        ["Finished as exit before Started"] = (false, (agent, execute) => agent.SendAsync(FakeAgent.Exit(execute.Id, started: false))),
        ["Cancelled without a Cancel"] = (false, (agent, execute) => FinishedAsync(agent, execute, new() { Termination = Wire.Termination.Cancelled })),
        ["Started twice"] = (true, (agent, execute) => agent.SendAsync(DispatcherTests.Started(execute), DispatcherTests.Started(execute))),
        ["Output of an unknown id"] = (true, (agent, execute) => StartedAsync(agent, execute, new FromAgent { Output = new() { Id = execute.Id + 7, Stream = Wire.Stream.Stdout, Data = OneByte } })),
        ["Output of no stream"] = (true, (agent, execute) => StartedAsync(agent, execute, new FromAgent { Output = new() { Id = execute.Id, Data = OneByte } })),
        ["Output of a third stream"] = (true, (agent, execute) => StartedAsync(agent, execute, new FromAgent { Output = new() { Id = execute.Id, Stream = (Wire.Stream)3, Data = OneByte } })),
        ["Output of a negative stream"] = (true, (agent, execute) => StartedAsync(agent, execute, new FromAgent { Output = new() { Id = execute.Id, Stream = (Wire.Stream)(-1), Data = OneByte } })),
        ["an empty Output"] = (true, (agent, execute) => StartedAsync(agent, execute, new FromAgent { Output = new() { Id = execute.Id, Stream = Wire.Stream.Stdout } })),
        ["an Output over its limit"] = (true, (agent, execute) => StartedAsync(agent, execute, DispatcherTests.Output(execute, new byte[FrameLimits.MaxOutputChunkBytes + 1]))),
        ["output over the limit, by one byte"] = (true, (agent, execute) => StartedAsync(agent, execute,
            DispatcherTests.Output(execute, new byte[60_000]), DispatcherTests.Output(execute, new byte[40_000]), DispatcherTests.Output(execute, "x"u8))),
        ["errors over the limit, in one piece"] = (true, (agent, execute) => StartedAsync(agent, execute,
            DispatcherTests.Output(execute, new byte[60_000], Wire.Stream.Stderr), DispatcherTests.Output(execute, new byte[60_000], Wire.Stream.Stderr))),
        ["a flood of output"] = (true, FloodAsync),
        ["exit code 256"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = Wire.Termination.Exit, ExitCode = 256 })),
        ["exit code -1"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = Wire.Termination.Exit, ExitCode = uint.MaxValue })),
        ["signal 0"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = Wire.Termination.Signal })),
        ["signal 65"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = Wire.Termination.Signal, Signal = 65 })),
        ["no termination"] = (true, (agent, execute) => EndsAsync(agent, execute, new())),
        ["a termination that is not"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = (Wire.Termination)99 })),
        ["a negative termination"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = (Wire.Termination)int.MinValue })),
        ["a timeout before the limit"] = (true, (agent, execute) => EndsAsync(agent, execute, new() { Termination = Wire.Termination.Timeout })),
        ["Finished that denies Started"] = (true, (agent, execute) => StartedAsync(agent, execute, FakeAgent.Exit(execute.Id, started: false))),
        ["Finished of an unknown id"] = (true, (agent, execute) => StartedAsync(agent, execute, FakeAgent.Exit(execute.Id + 1))),
    };

    /// <summary>What a cell does after it has answered truthfully: it must not reach the next execution.</summary>
    private static readonly Dictionary<string, Func<FakeAgent, Execute, Task>> s_afterthoughts = new()
    {
        ["Finished twice"] = (agent, execute) => agent.SendAsync(FakeAgent.Exit(execute.Id)),
        ["Output after Finished"] = (agent, execute) => agent.SendAsync(DispatcherTests.Output(execute, "late"u8)),
        ["Started after Finished"] = (agent, execute) => agent.SendAsync(DispatcherTests.Started(execute)),
        ["a credit for each Finished, and one more"] = (agent, _) => agent.SendAsync(agent.Ready(), agent.Ready()),
    };

    private static readonly Dictionary<string, Func<FakeAgent, FromAgent>> s_hellos = new()
    {
        ["another protocol version"] = agent => Hello(agent, hello => hello.ProtocolVersion++),
        ["fewer slots"] = agent => Hello(agent, hello => hello.Slots--),
        ["more slots"] = agent => Hello(agent, hello => hello.Slots = uint.MaxValue),
        ["no languages"] = agent => Hello(agent, hello => hello.Runtimes.Clear()),
        ["one language"] = agent => Hello(agent, hello => hello.Runtimes.RemoveAt(0)),
        ["a language that is not"] = agent => Hello(agent, hello => hello.Runtimes[0].Language = (Wire.Language)77),
        ["no layers"] = agent => Hello(agent, hello => hello.Posture.Clear()),
        ["a missing layer"] = agent => Hello(agent, hello => hello.Posture[0].InForce = false),
        ["no self-test"] = agent => Hello(agent, hello => hello.SelfTest.Clear()),
        ["a failed self-test"] = agent => Hello(agent, hello => hello.SelfTest[0].Passed = false),
        ["ten thousand layers"] = agent => Hello(agent, hello => hello.Posture.Add(Enumerable.Repeat(new Layer { InForce = true }, 10_000))),
        ["ten thousand tiers"] = agent => Hello(agent, hello => hello.Tiers.Add(Enumerable.Repeat("", 10_000))),
        ["NotReady"] = _ => new() { NotReady = new() { Reason = "no seccomp" } },
        ["a credit before Hello"] = agent => agent.Ready(),
        ["a boot that has not gone on"] = _ => new() { Booting = new() },
        ["a boot of four thousand million steps"] = _ => new() { Booting = new() { Steps = uint.MaxValue } },
        ["a Finished before Hello"] = _ => FakeAgent.Exit(1),
    };

    private static ByteString OneByte => ByteString.CopyFromUtf8("x");

    public static TheoryData<string> Lies => [.. s_lies.Keys];

    public static TheoryData<string> Afterthoughts => [.. s_afterthoughts.Keys];

    public static TheoryData<string> Hellos => [.. s_hellos.Keys];

    [Theory, MemberData(nameof(Lies))]
    public async Task A_lie_costs_the_cell_and_the_execution_is_answered(string name)
    {
        var (started, lie) = s_lies[name];
        await using var cells = new FakeCells((number, agent) => number == 1
            ? HostileAsync(agent, lie)
            : FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_options);
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 2, "no slots");

        var result = await dispatcher.ExecuteAsync(DispatcherTests.Program("mine"), 1, CancellationToken.None);

        // What had not started was tried again on the next cell; the other is answered as a failure, without any output.
        if (started) Assert.Equal((FaultCause.ProtocolViolation, true, ""), (result.Fault?.Cause, result.Started, result.Stdout));
        else Assert.Equal((Termination.Exit, "mine"), (result.Termination, result.Stdout));
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "the cell was kept");
        Assert.Equal(["ProtocolViolation"], cells.LostBy);
        Assert.Equal("mine", (await dispatcher.ExecuteAsync(DispatcherTests.Program("mine"), 1, CancellationToken.None)).Stdout);
    }

    [Theory, MemberData(nameof(Afterthoughts))]
    public async Task A_lie_after_the_answer_costs_the_cell_and_reaches_no_other_execution(string name)
    {
        await using var cells = new FakeCells((number, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await FakeAgent.EchoAsync(agent, execute);
            if (number == 1) await s_afterthoughts[name](agent, execute);
        }));
        var dispatcher = await cells.StartAsync(s_options);

        var first = await dispatcher.ExecuteAsync(DispatcherTests.Program("first"), 1, CancellationToken.None);
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "the cell was kept");
        var second = await dispatcher.ExecuteAsync(DispatcherTests.Program("second"), 1, CancellationToken.None);

        Assert.Equal(("first", "second"), (first.Stdout, second.Stdout));
        Assert.Equal(["ProtocolViolation"], cells.LostBy);
    }

    [Theory, MemberData(nameof(Hellos))]
    public async Task A_cell_that_does_not_introduce_itself_well_gets_no_work(string name)
    {
        await using var cells = new FakeCells(async (number, agent) =>
        {
            if (number > 1)
            {
                await FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync);
                return;
            }

            await agent.NextAsync();
            var first = s_hellos[name](agent);
            await agent.SendAsync(first);
            await agent.UntilHungUpAsync();
        });

        var dispatcher = await cells.StartAsync(s_options);

        Assert.Equal("x", (await dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None)).Stdout);
        Assert.Equal(["+1", "-1", "+2"], cells.Events);
    }

    [Fact]
    public async Task A_waived_layer_may_be_missing_and_no_other()
    {
        await using var cells = new FakeCells(async (number, agent) =>
        {
            await agent.NextAsync();
            await agent.SendAsync(Hello(agent, hello => hello.Posture.Add(
                [new Layer { Name = "landlock" }, new Layer { Name = "cgroup.memory", InForce = number > 1 }])));
            await agent.UntilHungUpAsync();
        });

        await cells.StartAsync(s_options with { WaivedLayers = ["landlock"] });

        Assert.Equal(["+1", "-1", "+2"], cells.Events);
    }

    [Fact]
    public async Task A_flood_is_bounded_in_memory()
    {
        await using var cells = new FakeCells((_, agent) => HostileAsync(agent, FloodAsync));
        var dispatcher = await cells.StartAsync(s_options with { Limits = new() });
        await dispatcher.ExecuteAsync(DispatcherTests.Program("warm"), 1, CancellationToken.None);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var result = await dispatcher.ExecuteAsync(DispatcherTests.Program("flood"), 1, CancellationToken.None);

        // 1 MiB of each stream as messages and once more as collected; the flood itself makes as much on the other side.
        Assert.Equal(FaultCause.ProtocolViolation, result.Fault?.Cause);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64L << 20);
    }

    [Fact]
    public async Task A_cells_words_are_fit_to_be_shown()
    {
        var seen = new TaskCompletionSource();
        await using var cells = new FakeCells(async (number, agent) =>
        {
            await agent.NextAsync();
            if (number > 1) await seen.Task;
            await agent.SendAsync(number == 1
                ? new() { NotReady = new() { Reason = "\u001b[31mred\r\nCell 9 is up\u202e" + new string('x', 10_000) } }
                : Hello(agent, hello => hello.AgentVersion = new string('9', 10_000) + "\0"));
            await agent.UntilHungUpAsync();
        });
        var dispatcher = await cells.StartAsync(s_options, untilReady: false);

        await FakeCells.UntilAsync(() => dispatcher.Fleet.LastFailure is not null, "nothing failed");
        var reason = dispatcher.Fleet.LastFailure!;
        seen.SetResult();
        await FakeCells.UntilAsync(() => dispatcher.IsReady, "no cell came up");

        Assert.StartsWith("the cell is not ready: ·[31mred··Cell 9 is up·xxx", reason, StringComparison.Ordinal);
        Assert.InRange(reason.Length, 512, 600);
        Assert.Equal(new string('9', 64), dispatcher.Fleet.Newest!.AgentVersion);
    }

    private static FromAgent Hello(FakeAgent agent, Action<Hello> lie)
    {
        var hello = agent.Hello();
        hello.Slots = (uint)s_options.SlotsPerCell;
        lie(hello);
        return new() { Hello = hello };
    }

    private static async Task HostileAsync(FakeAgent agent, Func<FakeAgent, Execute, Task> lie)
    {
        await agent.BootAsync();
        await agent.OfferAsync(agent.Configuration.Slots);
        await lie(agent, await agent.ExecuteAsync());
        await agent.UntilHungUpAsync();
    }

    private static Task StartedAsync(FakeAgent agent, Execute execute, params FromAgent[] lies) => agent.SendAsync([DispatcherTests.Started(execute), .. lies]);

    private static Task EndsAsync(FakeAgent agent, Execute execute, Finished finished)
    {
        finished.Id = execute.Id;
        finished.Started = true;
        return StartedAsync(agent, execute, new FromAgent { Finished = finished });
    }

    private static Task FinishedAsync(FakeAgent agent, Execute execute, Finished finished)
    {
        finished.Id = execute.Id;
        return agent.SendAsync(new FromAgent { Finished = finished });
    }

    private static async Task FloodAsync(FakeAgent agent, Execute execute)
    {
        await agent.SendAsync(DispatcherTests.Started(execute));
        var writer = new FrameWriter(FrameLimits.MaxFromAgentBytes);
        writer.Write(DispatcherTests.Output(execute, new byte[1000]));
        var piece = writer.Pending;
        for (var i = 0; i < 1_000_000 && !agent.HungUp; i++) await agent.SendAsync(piece);
        Assert.True(agent.HungUp, "1 GB of output was read");
    }
}
