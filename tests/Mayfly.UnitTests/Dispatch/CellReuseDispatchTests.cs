using Mayfly.Dispatch;
using Wire = Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>The reuse policy seen through the dispatcher: cells boot, are recycled and replaced by real connections.</summary>
public sealed class CellReuseDispatchTests
{
    private static readonly DispatchOptions s_options = new() { Cells = 2, SlotsPerCell = 2, Queue = new() { LengthPerSlot = 100, WaitMs = 60_000 } };

    private static readonly long[] s_keys = [1, 2, 3, 4];

    [Fact]
    public async Task More_keys_than_cells_all_get_answers_and_none_meets_another_ones_cell()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_options with { CellReuse = CellReuse.Key });

        var seen = await Task.WhenAll(s_keys.Select(async key =>
        {
            var mine = new HashSet<uint>();
            for (var i = 0; i < 25; i++)
            {
                var results = await Task.WhenAll(Run(dispatcher, key), Run(dispatcher, key));
                mine.UnionWith(results.Select(result => result.Cell));
            }

            return mine;
        }));

        Assert.Equal(seen.Sum(mine => mine.Count), seen.SelectMany(mine => mine).Distinct().Count());
        Assert.Empty(cells.LostBy);
    }

    [Fact]
    public async Task With_never_each_execution_has_another_cell_and_no_pause_grows()
    {
        await using var cells = new FakeCells((_, agent) => FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync));
        var dispatcher = await cells.StartAsync(s_options with { CellReuse = CellReuse.Never, StandbyCells = 0 });

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Run(dispatcher, i % 2)));

        Assert.Equal(20, results.Select(result => result.Cell).Distinct().Count());
        Assert.True(dispatcher.IsReady);
        Assert.Empty(cells.LostBy);
    }

    [Fact]
    public async Task A_service_whose_last_cell_is_being_replaced_is_ready()
    {
        var boot = new SemaphoreSlim(1);
        await using var cells = new FakeCells(async (_, agent) =>
        {
            await boot.WaitAsync();
            await FakeAgent.ServeAsync(agent, FakeAgent.EchoAsync);
        });
        var dispatcher = await cells.StartAsync(s_options with { Cells = 1, CellReuse = CellReuse.Never, StandbyCells = 0 });
        await Run(dispatcher, 1);
        await FakeCells.UntilAsync(() => cells.Events.Contains("+2") && dispatcher.Fleet.CellsUp == 0, "the cell is not replaced");

        Assert.True(dispatcher.IsReady);
        boot.Release();
    }

    [Fact]
    public async Task Failed_execution_of_a_keys_cell_is_tried_again_in_a_fresh_one()
    {
        await using var cells = new FakeCells((number, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => number == 1
            ? DispatcherTests.FinishAsync(agent, execute, new() { Termination = Wire.Termination.Infrastructure, Failure = "clone: EAGAIN" }, sendStarted: false)
            : FakeAgent.EchoAsync(agent, execute)));
        var dispatcher = await cells.StartAsync(s_options with { Cells = 1, CellReuse = CellReuse.Key });

        var result = await Run(dispatcher, 1);

        Assert.Equal(("x", true), (result.Stdout, result.Cell > 1));
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "the cell that failed is kept");
    }

    [Fact]
    public async Task A_keys_cell_that_breaks_is_lost_by_its_own_cause_and_not_recycled()
    {
        await using var cells = new FakeCells((number, agent) => FakeAgent.ServeAsync(agent, (agent, execute) => number == 1
            ? agent.SendAsync(DispatcherTests.Started(execute), DispatcherTests.Started(execute))
            : FakeAgent.EchoAsync(agent, execute)));
        var dispatcher = await cells.StartAsync(s_options with { Cells = 1, CellReuse = CellReuse.Key });

        var result = await Run(dispatcher, 1);

        Assert.Equal(FaultCause.ProtocolViolation, result.Fault?.Cause);
        await FakeCells.UntilAsync(() => cells.Events.Contains("-1"), "it is kept");
        Assert.Equal(["ProtocolViolation"], cells.LostBy);
    }

    [Theory]
    [InlineData("container", "Shared", 0, 0, 0)]
    [InlineData("microvm", "Key", 1, 10_000, 60)]
    [InlineData("gvisor", "Key", 1, 10_000, 60)]
    public void Default_goes_by_the_launcher(string launcher, string reuse, int standby, int executions, int minutes)
    {
        var options = new DispatchOptions { Launcher = launcher };

        Assert.Equal((reuse, standby, executions, minutes), (options.ReuseInForce.ToString(), options.StandbyInForce, options.ExecutionsInForce, options.MinutesInForce));
        Assert.Equal((2 * (2 + standby)) + 2, options.CellsAtOnce);
        Assert.Null(options.FirstProblem());
    }

    [Fact]
    public void A_cell_that_serves_one_execution_has_one_slot() =>
        Assert.Equal((2, 1), new DispatchOptions { CellReuse = CellReuse.Never }.FitTo(24L << 30) is var fitting ? (fitting.Cells, fitting.SlotsPerCell) : default);

    [Fact]
    public void Too_many_standby_cells_are_named_with_their_range() =>
        Assert.Equal("StandbyCells is 30; it must be in 0..29", new DispatchOptions { StandbyCells = 30 }.FirstProblem());

    private static Task<ExecutionResult> Run(Dispatcher dispatcher, long key) => dispatcher.ExecuteAsync(DispatcherTests.Program("x"), key, CancellationToken.None);
}
