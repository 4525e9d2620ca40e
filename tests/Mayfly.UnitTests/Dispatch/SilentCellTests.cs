using Mayfly.Dispatch;
using Microsoft.Extensions.Time.Testing;
using Termination = Mayfly.Dispatch.Termination;
using Wire = Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>A cell that says too little: nothing waits for it longer than its bound.</summary>
public sealed class SilentCellTests
{
    private static readonly DispatchOptions s_options = new() { Cells = 1, SlotsPerCell = 2 };

    [Fact]
    public async Task Without_Hello_it_is_replaced_after_the_boot_limit()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((number, agent) => number == 1 ? agent.UntilHungUpAsync() : FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time);
        var dispatcher = await cells.StartAsync(s_options with { BootSeconds = 60 }, untilReady: false);
        await FakeCells.UntilAsync(() => cells.Events.Contains("+1"), "no launch");

        var waited = await AdvanceUntilAsync(time, () => dispatcher.IsReady, stepMs: 1_000);

        Assert.InRange(waited, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(63));
    }

    [Fact]
    public async Task A_boot_that_goes_on_is_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells(async (_, agent) =>
        {
            await SayBootingAsync(agent, time, steps: 4);
            await FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync);
        }, time);
        var dispatcher = await cells.StartAsync(s_options with { BootSeconds = 60 }, untilReady: false);
        await FakeCells.UntilAsync(() => cells.Events.Contains("+1"), "no launch");

        var waited = await AdvanceUntilAsync(time, () => dispatcher.IsReady, stepMs: 1_000);

        Assert.InRange(waited, TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(210));
        Assert.Equal(["+1"], cells.Events);
    }

    [Fact]
    public async Task A_boot_that_goes_on_without_end_is_given_up()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((number, agent) => number == 1 ? SayBootingAsync(agent, time, steps: 400) : FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time);
        var dispatcher = await cells.StartAsync(s_options with { BootSeconds = 60 }, untilReady: false);
        await FakeCells.UntilAsync(() => cells.Events.Contains("+1"), "no launch");

        var waited = await AdvanceUntilAsync(time, () => dispatcher.IsReady, stepMs: 1_000);

        Assert.InRange(waited, TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(310));
    }

    // Each sign comes before the limit is over.
    private static async Task SayBootingAsync(FakeAgent agent, TimeProvider time, uint steps)
    {
        for (var step = 1u; step <= steps && !agent.HungUp; step++)
        {
            await Task.Delay(TimeSpan.FromSeconds(50), time);
            await agent.SendAsync(new Wire.FromAgent { Booting = new() { Steps = step } });
        }
    }

    [Fact]
    public async Task Without_Started_the_execution_is_tried_on_the_next_cell()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((number, agent) => number == 1 ? SilentAsync(agent) : FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time);
        var dispatcher = await cells.StartAsync(s_options);
        var running = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        var waited = await AdvanceUntilAsync(time, () => running.IsCompleted);

        Assert.Equal("x", (await running).Stdout);
        Assert.InRange(waited, InFlight.StartGrace, InFlight.StartGrace + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Emulated_cell_is_waited_for_as_many_times_longer_as_the_launcher_says()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((number, agent) => number == 1 ? SilentAsync(agent) : FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time, patience: 3);
        var dispatcher = await cells.StartAsync(s_options);
        var running = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        var waited = await AdvanceUntilAsync(time, () => running.IsCompleted);

        Assert.Equal("x", (await running).Stdout);
        Assert.InRange(waited, 3 * InFlight.StartGrace, (3 * InFlight.StartGrace) + TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Without_Finished_the_execution_is_answered_soon_after_its_time_limit()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => SilentAsync(agent, sayStarted: true), time);
        var dispatcher = await cells.StartAsync(s_options);
        var running = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        var waited = await AdvanceUntilAsync(time, () => running.IsCompleted);

        Assert.Equal((FaultCause.CellSilent, true), ((await running).Fault?.Cause, (await running).Started));
        Assert.InRange(waited, TimeSpan.FromSeconds(13), TimeSpan.FromSeconds(15));
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "the cell was kept");
    }

    [Fact]
    public async Task An_ignored_Cancel_costs_the_cell()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => SilentAsync(agent, sayStarted: true), time);
        var dispatcher = await cells.StartAsync(s_options);

        // Who hangs up while it waits for a slot is not in the cell yet.
        await FakeCells.UntilAsync(() => dispatcher.Fleet.SlotsReady == 2, "no slots");
        using var hangUp = new CancellationTokenSource();
        var running = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, hangUp.Token);
        await hangUp.CancelAsync();

        var waited = await AdvanceUntilAsync(time, () => running.IsCompleted);

        Assert.InRange(waited, InFlight.CancelGrace, InFlight.CancelGrace + TimeSpan.FromSeconds(2));
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "the cell was kept");
    }

    [Fact]
    public async Task Idle_and_without_Status_it_is_replaced()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) =>
        {
            agent.Mute = true;
            return FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync);
        }, time);
        await cells.StartAsync(s_options);

        var waited = await AdvanceUntilAsync(time, () => cells.Events.Contains("-1"));

        Assert.InRange(waited, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task Idle_and_with_Status_it_is_kept()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time);
        var dispatcher = await cells.StartAsync(s_options);

        for (var i = 0; i < 120; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        Assert.True(dispatcher.IsReady);
        Assert.Equal(["+1"], cells.Events);
    }

    [Fact]
    public async Task A_cell_that_stops_reading_is_replaced_and_what_it_holds_is_answered()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells(async (number, agent) =>
        {
            if (number > 1)
            {
                await FakeAgent.ServeAsync(agent, (agent, execute) => DispatcherTests.FinishAsync(agent, execute, new() { Termination = Wire.Termination.Exit }));
                return;
            }

            // Reads no more, and keeps the stream open: a program of 1 MiB does not fit into the socket's buffer.
            await agent.BootAsync();
            await agent.OfferAsync(2);
        }, time);
        var dispatcher = await cells.StartAsync(s_options);
        var large = new Execution { Language = Mayfly.Dispatch.Language.Python, Code = new byte[1 << 20] };
        var running = new[] { dispatcher.ExecuteAsync(large, 1, CancellationToken.None), dispatcher.ExecuteAsync(large, 1, CancellationToken.None) };

        await AdvanceUntilAsync(time, () => cells.Events.Contains("-1"));
        await AdvanceUntilAsync(time, () => running.All(one => one.IsCompleted));

        Assert.All(await Task.WhenAll(running), result => Assert.Equal(Termination.Exit, result.Termination));
    }

    [Fact]
    public async Task An_answer_that_comes_between_two_looks_counts()
    {
        // As when the gateway itself was stopped for a while, and the answers wait to be read: at the first look everything is late.
        var time = new FakeTimeProvider();
        var go = new TaskCompletionSource();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, async (agent, execute) =>
        {
            await go.Task;
            await FakeAgent.EchoAsync(agent, execute);
        }), time);
        var dispatcher = await cells.StartAsync(s_options);
        var running = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        await AdvanceUntilAsync(time, () => time.GetUtcNow() - time.Start >= InFlight.StartGrace + TimeSpan.FromMilliseconds(500));
        go.SetResult();
        var result = await running;
        await AdvanceUntilAsync(time, () => time.GetUtcNow() - time.Start >= TimeSpan.FromSeconds(15));

        Assert.Equal("x", result.Stdout);
        Assert.Equal(["+1"], cells.Events);
    }

    [Fact]
    public async Task Without_any_cell_the_wait_is_bounded_and_the_answer_says_so()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => agent.UntilHungUpAsync(), time);
        var dispatcher = await cells.StartAsync(s_options, untilReady: false);
        var waiting = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        var waited = await AdvanceUntilAsync(time, () => waiting.IsCompleted);

        Assert.Equal((FaultCause.NoCell, TimeSpan.FromSeconds(5)), ((await waiting).Fault?.Cause, (await waiting).Fault?.RetryAfter));
        Assert.InRange(waited, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5));
        Assert.False(dispatcher.IsReady);
    }

    [Fact]
    public async Task The_wait_for_a_slot_ends_after_two_seconds()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => DispatcherTests.CancellableAsync(agent), time);
        var dispatcher = await cells.StartAsync(s_options);
        var (busy, release) = await DispatcherTests.OccupyAsync(dispatcher, 2);
        var waiting = dispatcher.ExecuteAsync(DispatcherTests.Program("x"), 1, CancellationToken.None);

        time.Advance(TimeSpan.FromMilliseconds(1_999));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((FaultCause.Overloaded, TimeSpan.FromSeconds(1)), ((await waiting).Fault?.Cause, (await waiting).Fault?.RetryAfter));
        Assert.Equal(0, dispatcher.Fleet.Waiting);
        await release.CancelAsync();
        await Task.WhenAll(busy);
    }

    [Fact]
    public async Task Launches_that_fail_are_tried_ever_more_slowly()
    {
        var time = new FakeTimeProvider();
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync), time);
        for (var i = 0; i < 1_000; i++) cells.Refusals.Enqueue("runc: no such file");
        var dispatcher = await cells.StartAsync(s_options, untilReady: false);

        await FakeCells.UntilAsync(() => cells.Events.Count == 2, "the first failure is not mended at once");
        await AdvanceUntilAsync(time, () => time.GetUtcNow() - time.Start > TimeSpan.FromMinutes(2), stepMs: 1_000);

        // 0, 0, then 0.25 s doubling to 15 s (less up to a fifth): two minutes hold 13 to 16 of them.
        Assert.InRange(cells.Events.Count, 12, 18);
        Assert.Equal("runc: no such file", dispatcher.Fleet.LastFailure);
    }

    private static async Task SilentAsync(FakeAgent agent, bool sayStarted = false)
    {
        await agent.BootAsync();
        await agent.OfferAsync(2);
        while (await agent.NextAsync() is { } message)
        {
            if (sayStarted && message.Execute is { } execute) await agent.SendAsync(DispatcherTests.Started(execute));
        }
    }

    /// <summary>Lets the dispatcher's time pass, step by step, with real time between the steps for what they cause.</summary>
    private static async Task<TimeSpan> AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition, int stepMs = 250)
    {
        var begin = time.GetUtcNow();

        // First whatever is under way gets to where it waits.
        await Task.Delay(50);
        while (!condition())
        {
            Assert.InRange(time.GetUtcNow() - begin, TimeSpan.Zero, TimeSpan.FromMinutes(10));
            time.Advance(TimeSpan.FromMilliseconds(stepMs));
            for (var i = 0; i < 10 && !condition(); i++) await Task.Delay(1);
        }

        return time.GetUtcNow() - begin;
    }
}
