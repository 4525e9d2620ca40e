using System.Collections.Concurrent;
using System.Text;
using Mayfly.Dispatch;
using Mayfly.Protocol.Messages;
using Language = Mayfly.Dispatch.Language;
using Termination = Mayfly.Dispatch.Termination;
using Wire = Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

public sealed class DispatcherTests
{
    private static readonly DispatchOptions s_oneCell = new() { Cells = 1, SlotsPerCell = 2 };

    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task A_program_goes_in_and_its_result_comes_out()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);

        var result = await dispatcher.ExecuteAsync(Program("print('hellö')"), 1, Never);

        Assert.Equal(Termination.Exit, result.Termination);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("print('hellö')", result.Stdout);
        Assert.Equal("", result.Stderr);
        Assert.True(result.Started);
        Assert.Null(result.Fault);
    }

    [Fact]
    public async Task A_hundred_at_once_get_each_their_own_answer()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(new() { Cells = 2, SlotsPerCell = 4, Queue = new() { LengthPerSlot = 100 } });

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => dispatcher.ExecuteAsync(Program($"{i}"), i % 7, Never)));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), results.Select(result => result.Stdout));
    }

    [Fact]
    public async Task Everything_of_the_execution_reaches_the_agent_and_nothing_else()
    {
        Execute? seen = null;
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, (agent, execute) =>
        {
            seen = execute;
            return FakeAgent.EchoAsync(agent, execute);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell);

        await dispatcher.ExecuteAsync(
            new()
            {
                Language = Language.JavaScript,
                Code = "1"u8.ToArray(),
                Stdin = "2"u8.ToArray(),
                Args = ["a"],
                Environment = new Dictionary<string, string> { ["N"] = "v" },
                Cold = true,
            },
            turn: 4711,
            Never);

        var expected = new Execute
        {
            Id = 1,
            Language = Wire.Language.Javascript,
            Code = Google.Protobuf.ByteString.CopyFromUtf8("1"),
            Stdin = Google.Protobuf.ByteString.CopyFromUtf8("2"),
            Args = { "a" },
            Env = { new EnvironmentVariable { Name = "N", Value = "v" } },
            Cold = true,
        };
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task The_agent_is_configured_with_the_limits()
    {
        var configured = new TaskCompletionSource<Configure>();
        await using var cells = new FakeCells(async (_, agent) =>
        {
            await agent.BootAsync();
            configured.TrySetResult(agent.Configuration);
            await agent.UntilHungUpAsync();
        });

        await cells.StartAsync(new() { Cells = 1, SlotsPerCell = 3, WaivedLayers = ["landlock"], Limits = new() { TimeMs = 1234, Processes = 9 } });

        var configure = await configured.Task;
        Assert.Equal((2u, 3u, 1234u, 9u), (configure.ProtocolVersion, configure.Slots, configure.Limits.TimeMs, configure.Limits.Processes));
        Assert.Equal((268_435_456ul, 50_000u, 100_000u, 1_048_576ul, 67_108_864ul),
            (configure.Limits.MemoryBytes, configure.Limits.CpuQuotaUs, configure.Limits.CpuPeriodUs, configure.Limits.OutputBytes, configure.Limits.WritableBytes));
        Assert.Equal(["landlock"], configure.WaivedLayers);
    }

    public static TheoryData<string, string, int> Endings => new()
    {
        { """{ "termination": "TERMINATION_EXIT", "exitCode": 0 }""", "Exit", 0 },
        { """{ "termination": "TERMINATION_EXIT", "exitCode": 255 }""", "Exit", 255 },
        { """{ "termination": "TERMINATION_EXIT", "exitCode": 124 }""", "Exit", 124 },
        { """{ "termination": "TERMINATION_EXIT", "exitCode": 137 }""", "Exit", 137 },
        { """{ "termination": "TERMINATION_SIGNAL", "signal": 1 }""", "Signal", 129 },
        { """{ "termination": "TERMINATION_SIGNAL", "signal": 11 }""", "Signal", 139 },
        { """{ "termination": "TERMINATION_SIGNAL", "signal": 64 }""", "Signal", 192 },
        { """{ "termination": "TERMINATION_OUT_OF_MEMORY" }""", "OutOfMemory", 137 },
    };

    [Theory, MemberData(nameof(Endings))]
    public async Task Exit_codes_are_the_contracts(string finished, string termination, int exitCode)
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => FinishAsync(agent, execute, Finished.Parser.ParseJson(finished))));
        var dispatcher = await cells.StartAsync(s_oneCell);

        var result = await dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.Equal((termination, exitCode), (result.Termination.ToString(), result.ExitCode));
    }

    [Fact]
    public async Task A_timeout_is_124_and_keeps_the_output()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await agent.SendAsync(Started(execute), Output(execute, "a\n"u8));
            await Task.Delay(120, TestContext.Current.CancellationToken);
            await agent.SendAsync(new FromAgent { Finished = new() { Id = execute.Id, Termination = Wire.Termination.Timeout, Started = true, WallTimeUs = 110_000 } });
        }));
        var dispatcher = await cells.StartAsync(s_oneCell with { Limits = new() { TimeMs = 100 } });

        var result = await dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.Equal((Termination.Timeout, 124, "a\n", 110.0), (result.Termination, result.ExitCode, result.Stdout, result.WallTime.TotalMilliseconds));
    }

    [Fact]
    public async Task Numbers_are_clamped_to_what_is_possible()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => FinishAsync(agent, execute, new()
        {
            Termination = Wire.Termination.Exit,
            WallTimeUs = ulong.MaxValue,
            CpuTimeUs = ulong.MaxValue,
            PeakMemoryBytes = ulong.MaxValue,
        })));
        var dispatcher = await cells.StartAsync(s_oneCell);

        var result = await dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.InRange(result.WallTime, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(result.CpuTime, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(s_oneCell.Limits.MemoryBytes, result.PeakMemoryBytes);
    }

    [Fact]
    public async Task Output_is_cut_at_a_whole_character()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            var text = Encoding.UTF8.GetBytes(new string('a', 1023) + "€");
            await agent.SendAsync(Started(execute), Output(execute, text.AsSpan(0, 1024)));
            await FinishAsync(agent, execute, new() { Termination = Wire.Termination.Exit, StdoutTruncated = true }, started: true);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell with { Limits = new() { OutputBytes = 1024 } });

        var result = await dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.Equal((new string('a', 1023), true, false), (result.Stdout, result.StdoutTruncated, result.StderrTruncated));
    }

    [Fact]
    public async Task Streams_are_kept_apart_and_whole_up_to_the_limit()
    {
        var bytes = new byte[1024 * 1024];
        Random.Shared.NextBytes(bytes);
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await agent.SendAsync(Started(execute));
            for (var at = 0; at < bytes.Length; at += 65536)
            {
                await agent.SendAsync(Output(execute, bytes.AsSpan(at, 65536)));
                await agent.SendAsync(Output(execute, "e"u8, Wire.Stream.Stderr));
            }

            await FinishAsync(agent, execute, new() { Termination = Wire.Termination.Exit }, started: true);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell);

        var result = await dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.True(Encoding.UTF8.GetString(bytes) == result.Stdout);
        Assert.Equal(new string('e', 16), result.Stderr);
    }

    [Fact]
    public async Task A_hang_up_cancels_what_runs()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell);
        using var hangUp = new CancellationTokenSource();
        var running = dispatcher.ExecuteAsync(Program(""), 1, hangUp.Token);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await hangUp.CancelAsync();
        var result = await running;

        Assert.Equal((Termination.Cancelled, true), (result.Termination, result.Started));
        Assert.Equal(["+1"], cells.Events);
    }

    [Fact]
    public async Task A_hang_up_before_the_start_takes_no_slot()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 2, "no slots");

        var result = await dispatcher.ExecuteAsync(Program(""), 1, new CancellationToken(canceled: true));

        Assert.Equal((Termination.Cancelled, false), (result.Termination, result.Started));
        Assert.Equal(2, dispatcher.Fleet.SlotsReady);
    }

    [Fact]
    public async Task A_hang_up_in_the_queue_leaves_the_queue()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell);
        var (busy, release) = await OccupyAsync(dispatcher, 2);
        using var hangUp = new CancellationTokenSource();
        var waiting = dispatcher.ExecuteAsync(Program(""), 1, hangUp.Token);
        await FakeCells.UntilAsync(() => dispatcher.Fleet.Waiting == 1, "it does not wait");

        await hangUp.CancelAsync();

        Assert.Equal((Termination.Cancelled, false), ((await waiting).Termination, (await waiting).Started));
        Assert.Equal(0, dispatcher.Fleet.Waiting);
        await release.CancelAsync();
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task What_finds_the_queue_full_is_answered_at_once()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell with { Queue = new() { LengthPerSlot = 0 } });
        Assert.Null(dispatcher.RefusalFor(1));
        var (busy, release) = await OccupyAsync(dispatcher, 2);

        var answer = dispatcher.ExecuteAsync(Program(""), 1, Never);

        Assert.True(answer.IsCompleted);
        Assert.Equal(FaultCause.Overloaded, dispatcher.RefusalFor(1)?.Cause);
        var fault = (await answer).Fault!;
        Assert.Equal((FaultCause.Overloaded, TimeSpan.FromSeconds(1)), (fault.Cause, fault.RetryAfter));
        await release.CancelAsync();
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task One_keys_burst_does_not_delay_another_keys_single_program()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var go = new TaskCompletionSource();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await go.Task;
            order.Enqueue(execute.Code.ToStringUtf8());
            await FakeAgent.EchoAsync(agent, execute);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell with { SlotsPerCell = 1, Queue = new() { LengthPerSlot = 20 } });
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 1, "no slot");
        var burst = Enumerable.Range(0, 10).Select(_ => dispatcher.ExecuteAsync(Program("burst"), 1, Never)).ToList();
        var single = dispatcher.ExecuteAsync(Program("single"), 2, Never);

        go.SetResult();
        await Task.WhenAll([.. burst, single]);

        // One of the burst runs already, one has come to the head of the queue.
        Assert.InRange(order.ToList().IndexOf("single"), 1, 2);
    }

    [Fact]
    public async Task What_fails_before_its_start_is_tried_once_more_on_another_cell()
    {
        await using var cells = new FakeCells((number, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => number == 1
            ? FinishAsync(agent, execute, new() { Termination = Wire.Termination.Infrastructure, Failure = "clone: EAGAIN" }, sendStarted: false)
            : FakeAgent.EchoAsync(agent, execute)));
        var dispatcher = await cells.StartAsync(s_oneCell with { Cells = 2 });
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 4, "not all slots are ready");

        for (var i = 0; i < 20; i++)
        {
            var result = await dispatcher.ExecuteAsync(Program("x"), 1, Never);
            Assert.Equal((Termination.Exit, "x"), (result.Termination, result.Stdout));
        }
    }

    [Fact]
    public async Task What_fails_twice_is_a_fault()
    {
        var tries = 0;
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, (agent, execute) =>
        {
            Interlocked.Increment(ref tries);
            return FinishAsync(agent, execute, new() { Termination = Wire.Termination.Infrastructure, Failure = "clone: EAGAIN" }, sendStarted: false);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell with { Cells = 2 });

        var result = await dispatcher.ExecuteAsync(Program("x"), 1, Never);

        Assert.Equal((Termination.Infrastructure, -1, false, ""), (result.Termination, result.ExitCode, result.Started, result.Stdout));
        Assert.Equal(new Fault(FaultCause.JailFailed, "clone: EAGAIN"), result.Fault);
        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task What_had_started_is_not_tried_again_when_its_cell_dies()
    {
        var tries = 0;
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            Interlocked.Increment(ref tries);
            await agent.SendAsync(Started(execute), Output(execute, "half"u8));
            agent.Dispose();
        }));
        var dispatcher = await cells.StartAsync(s_oneCell);

        var result = await dispatcher.ExecuteAsync(Program("x"), 1, Never);

        Assert.Equal((FaultCause.CellLost, true, "", 1), (result.Fault?.Cause, result.Started, result.Stdout, tries));
    }

    [Fact]
    public async Task A_cell_that_dies_costs_only_what_ran_in_it_and_is_replaced()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);

        cells.Kill(1);
        await FakeCells.UntilAsync(() => cells.Events.Contains("+2"), "no other cell was launched");
        var result = await dispatcher.ExecuteAsync(Program("x"), 1, Never);

        Assert.Equal("x", result.Stdout);
        Assert.Equal(["+1", "-1", "+2"], cells.Events);
    }

    [Fact]
    public async Task A_cell_with_three_failures_in_a_row_is_replaced()
    {
        await using var cells = new FakeCells((number, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => number == 1
            ? FinishAsync(agent, execute, new() { Termination = Wire.Termination.Infrastructure, Failure = "sick" }, sendStarted: false)
            : FakeAgent.EchoAsync(agent, execute)));
        var dispatcher = await cells.StartAsync(s_oneCell);

        for (var i = 0; i < 2; i++) await dispatcher.ExecuteAsync(Program("x"), 1, Never);

        await FakeCells.UntilAsync(() => cells.Events.Contains("+2"), "it was kept");
        Assert.Contains("sick", dispatcher.Fleet.LastFailure ?? "the next one is up: sick", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Executions_that_fail_by_one_accident_do_not_cost_the_cell()
    {
        var together = new List<Wire.Execute>();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            if (execute.Code.ToStringUtf8() != "dies")
            {
                await FakeAgent.EchoAsync(agent, execute);
                return;
            }

            await agent.SendAsync(Started(execute));
            List<Wire.Execute> dead;
            lock (together)
            {
                together.Add(execute);
                if (together.Count < 4) return;
                dead = [.. together];
                together.Clear();
            }

            // Their zygote, say.
            foreach (var one in dead) await FinishAsync(agent, one, new() { Termination = Wire.Termination.Infrastructure, Failure = "zygote python: it closed its socket" }, started: true);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell with { SlotsPerCell = 4 });
        Task<ExecutionResult[]> DieAsync() => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => dispatcher.ExecuteAsync(Program("dies"), 1, Never)));

        // Two such accidents in a row are borne; the third is the cell's.
        Assert.All(await DieAsync(), result => Assert.Equal(FaultCause.JailFailed, result.Fault?.Cause));
        await DieAsync();
        Assert.Equal(["+1"], cells.Events);
        await DieAsync();
        await FakeCells.UntilAsync(() => cells.Events.Contains("+2"), "it was kept");
    }

    [Fact]
    public async Task Draining_takes_nothing_new_and_finishes_what_runs()
    {
        var finish = new TaskCompletionSource();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await finish.Task;
            await FakeAgent.EchoAsync(agent, execute);
        }));
        var dispatcher = await cells.StartAsync(s_oneCell);
        var running = dispatcher.ExecuteAsync(Program("x"), 1, Never);

        var drained = dispatcher.DrainAsync(TimeSpan.FromSeconds(30));
        var refused = dispatcher.ExecuteAsync(Program("y"), 1, Never);

        Assert.False(dispatcher.IsReady);
        Assert.True(refused.IsCompleted);
        Assert.Equal(FaultCause.Draining, (await refused).Fault?.Cause);
        Assert.False(drained.IsCompleted);
        finish.SetResult();
        await drained;
        Assert.Equal("x", (await running).Stdout);
    }

    [Fact]
    public async Task Drained_agents_are_told_and_end_by_themselves()
    {
        var agents = new ConcurrentBag<FakeAgent>();
        await using var cells = new FakeCells((_, agent) =>
        {
            agents.Add(agent);
            return FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync);
        });
        var dispatcher = await cells.StartAsync(s_oneCell with { Cells = 2 });
        await FakeCells.UntilAsync(() => dispatcher.Fleet.CellsUp == 2, "not every cell is up");

        await dispatcher.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal([true, true], agents.Select(agent => agent.Drained));
        Assert.Empty(cells.LostBy);
    }

    [Fact]
    public async Task Agent_that_does_not_end_when_drained_is_let_go()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell);

        await dispatcher.DrainAsync(TimeSpan.FromSeconds(30)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(0, dispatcher.Fleet.CellsUp);
    }

    [Fact]
    public async Task Draining_at_its_limit_answers_those_who_wait_at_once()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell with { SlotsPerCell = 1, Queue = new() { WaitMs = 60_000 } });
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 1, "no slot");
        var running = dispatcher.ExecuteAsync(Program("x"), 1, Never);
        var waiting = dispatcher.ExecuteAsync(Program("y"), 1, Never);

        await dispatcher.DrainAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal((FaultCause.Draining, false), ((await waiting).Fault?.Cause, (await waiting).Started));
        Assert.Equal(FaultCause.Draining, (await running).Fault?.Cause);
    }

    [Fact]
    public async Task Draining_ends_at_its_limit()
    {
        await using var cells = new FakeCells((_, agent) => CancellableAsync(agent));
        var dispatcher = await cells.StartAsync(s_oneCell);
        var running = dispatcher.ExecuteAsync(Program("x"), 1, Never);
        await Task.Delay(50, TestContext.Current.CancellationToken);

        await dispatcher.DrainAsync(TimeSpan.FromMilliseconds(100));

        Assert.Equal((FaultCause.Draining, true), ((await running).Fault?.Cause, (await running).Started));
    }

    [Fact]
    public async Task Draining_an_idle_dispatcher_is_done_at_once()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);

        await dispatcher.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.False(dispatcher.IsReady);
    }

    [Fact]
    public async Task The_fleet_says_what_the_cells_said()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 2, "no slots");

        var fleet = dispatcher.Fleet;

        Assert.Equal(("fake", "sha256:0", 1, 2, 0), (fleet.Launcher, fleet.ImageDigest, fleet.CellsUp, fleet.SlotsReady, fleet.Waiting));
        Assert.Equal([new CellRuntime(Language.Python, "3.13.5"), new CellRuntime(Language.JavaScript, "22.23.3")], fleet.Newest!.Runtimes);
    }

    [Fact]
    public async Task A_program_too_large_for_a_frame_is_a_bug_of_the_caller_and_harms_nobody()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_oneCell);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => dispatcher.ExecuteAsync(new() { Language = Language.Python, Code = new byte[2 << 20] }, 1, Never));

        for (var i = 0; i < 4; i++) Assert.Equal("x", (await dispatcher.ExecuteAsync(Program("x"), 1, Never)).Stdout);
    }

    internal static Execution Program(string code) => new() { Language = Language.Python, Code = Encoding.UTF8.GetBytes(code) };

    internal static FromAgent Started(Execute execute) => new() { Started = new() { Id = execute.Id } };

    internal static FromAgent Output(Execute execute, ReadOnlySpan<byte> data, Wire.Stream stream = Wire.Stream.Stdout) =>
        new() { Output = new() { Id = execute.Id, Stream = stream, Data = Google.Protobuf.ByteString.CopyFrom(data) } };

    internal static async Task FinishAsync(FakeAgent agent, Execute execute, Finished finished, bool started = false, bool sendStarted = true)
    {
        if (sendStarted && !started) await agent.SendAsync(Started(execute));
        finished.Id = execute.Id;
        finished.Started = started || sendStarted;
        await agent.SendAsync(new FromAgent { Finished = finished }, agent.Ready());
    }

    /// <summary>Runs everything until it is cancelled.</summary>
    internal static async Task CancellableAsync(FakeAgent agent)
    {
        await agent.BootAsync();
        await agent.OfferAsync(agent.Configuration.Slots);
        while (await agent.NextAsync() is { } message)
        {
            if (message.Execute is { } execute) await agent.SendAsync(Started(execute));
            if (message.Cancel is { } cancel)
            {
                await agent.SendAsync(
                    new FromAgent { Finished = new() { Id = cancel.Id, Termination = Wire.Termination.Cancelled, Started = true } },
                    agent.Ready());
            }
        }
    }

    internal static async Task<(Task<ExecutionResult>[] Busy, CancellationTokenSource Release)> OccupyAsync(Dispatcher dispatcher, int slots, long turn = 0)
    {
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady >= slots, "not enough slots");
        var release = new CancellationTokenSource();
        var busy = Enumerable.Range(0, slots).Select(_ => dispatcher.ExecuteAsync(Program("busy"), turn, release.Token)).ToArray();
        Assert.Equal(0, dispatcher.Fleet.SlotsReady);
        return (busy, release);
    }
}
