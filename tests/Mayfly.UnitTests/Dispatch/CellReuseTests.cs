using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>Who may use which cell, rule by rule; <see cref="CellReusePropertyTests"/> has them all at once.</summary>
public sealed class CellReuseTests
{
    private const long A = 1, B = 2, C = 3;

    [Fact]
    public void A_key_keeps_its_cell_and_another_key_gets_another_one()
    {
        using var fleet = new FakeFleet(CellReuse.Key);
        for (var i = 0; i < 3; i++) fleet.BootReady();

        var first = fleet.Get(A);
        var other = fleet.Get(B);

        Assert.NotSame(first, other);
        Assert.Same(first, fleet.Get(A));
        fleet.Finish(first);
        Assert.Same(first, fleet.Get(A));
        Assert.Equal((1, 2, 0), States(fleet));
    }

    [Fact]
    public void A_new_key_has_a_standby_at_once_and_the_cell_that_idled_longest_is_recycled_for_it()
    {
        using var fleet = new FakeFleet(CellReuse.Key);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cells = new Dictionary<long, CellConnection> { [A] = fleet.Get(A), [B] = fleet.Get(B) };
        fleet.Finish(cells[B]);
        fleet.Time.Advance(TimeSpan.FromSeconds(1));
        fleet.Finish(cells[A]);

        var third = fleet.Get(C);

        Assert.DoesNotContain(third, cells.Values);
        Assert.Equal((CellState.Recycling, RecycleCause.OtherKey), (cells[B].Use.State, cells[B].Use.Recycled));
        Assert.Equal(CellState.Assigned, cells[A].Use.State);
        fleet.Slots.Offer(cells[B]); // a slot that was on its way
        Assert.True(fleet.Waits(fleet.Ask(B)));
    }

    [Fact]
    public async Task Idle_cell_is_killed_when_it_is_recycled_and_a_busy_one_when_it_is_idle()
    {
        using var fleet = new FakeFleet(CellReuse.Key, executions: 2);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);
        fleet.Get(A);

        Assert.Equal((CellState.Recycling, RecycleCause.Executions), (cell.Use.State, cell.Use.Recycled));
        fleet.Slots.Return(cell, trouble: null);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Null(cell.Fault);
        fleet.Slots.Return(cell, trouble: null);

        await FakeCells.UntilAsync(() => cell.Fault is not null, "it is not killed");
    }

    [Fact]
    public async Task Without_a_standby_a_key_waits_for_the_place_of_an_idle_cell()
    {
        using var fleet = new FakeFleet(CellReuse.Key, cells: 1, standby: 0);
        var cell = fleet.BootReady();
        Assert.Same(cell, fleet.Get(A));
        fleet.Finish(cell);

        var waiting = fleet.Ask(B);

        Assert.True(fleet.Waits(waiting));
        Assert.True(FakeFleet.IsBuried(cell));
        fleet.Replace(cell);
        Assert.NotSame(cell, (await waiting).Cell);
    }

    [Fact]
    public void A_cell_that_is_about_to_have_a_slot_ready_is_waited_for()
    {
        using var fleet = new FakeFleet(CellReuse.Key, slots: 1);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);
        fleet.Slots.Return(cell, trouble: null); // and its slot is being prepared

        var next = fleet.Ask(A);

        Assert.True(fleet.Waits(next));
        Assert.Equal((2, 1, 0), States(fleet));
        fleet.Slots.Offer(cell);
        Assert.Same(cell, FakeFleet.CellOf(next));
    }

    [Fact]
    public void A_key_may_have_all_cells_while_nobody_else_wants_one()
    {
        using var fleet = new FakeFleet(CellReuse.Key, cells: 2, slots: 2);
        for (var i = 0; i < 3; i++) fleet.BootReady();

        var cells = Enumerable.Range(0, 4).Select(_ => fleet.Get(A)).Distinct().ToList();

        Assert.Equal(2, cells.Count);
        Assert.True(fleet.Waits(fleet.Ask(A))); // the third one is the standby, and Cells is 2
        Assert.Equal((1, 2, 0), States(fleet));
    }

    [Fact]
    public void A_busy_cell_of_the_key_that_has_most_is_given_up_for_a_key_that_has_none()
    {
        using var fleet = new FakeFleet(CellReuse.Key, cells: 3, slots: 1);
        for (var i = 0; i < 4; i++) fleet.BootReady();
        var busy = new[] { fleet.Get(B), fleet.Get(A), fleet.Get(A) };
        var waiting = fleet.Ask(C);
        fleet.Slots.Watch();
        Assert.Equal((1, 3, 0), States(fleet)); // not so soon

        fleet.Time.Advance(Assignments.LeastTurn);
        fleet.Slots.Watch();
        fleet.Slots.Watch();

        Assert.Equal((1, 2, 1), States(fleet));
        Assert.Equal(CellState.Recycling, busy[1].Use.State);
        Assert.True(fleet.Waits(waiting));
        fleet.Finish(busy[1]);
        Assert.DoesNotContain(FakeFleet.CellOf(waiting), busy);
    }

    [Fact]
    public void No_busy_cell_is_given_up_while_no_standby_is_ready_for_the_other_key()
    {
        using var fleet = new FakeFleet(CellReuse.Key, cells: 1, slots: 1);
        fleet.BootReady(); // and the standby boots
        fleet.Get(A);
        _ = fleet.Ask(B);
        fleet.Time.Advance(TimeSpan.FromSeconds(5));

        fleet.Slots.Watch();

        Assert.Equal((0, 1, 0), States(fleet));
    }

    [Fact]
    public void With_never_each_execution_has_a_cell_of_its_own()
    {
        using var fleet = new FakeFleet(CellReuse.Never, cells: 2, standby: 2);
        for (var i = 0; i < 4; i++) fleet.BootReady();

        var first = fleet.Get(A);
        fleet.Finish(first);
        var second = fleet.Get(A);
        var third = fleet.Get(B);
        var fourth = fleet.Ask(A);

        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        Assert.True(FakeFleet.IsBuried(first));
        Assert.True(fleet.Waits(fourth)); // two run: no more may
        fleet.Finish(third);
        Assert.DoesNotContain(FakeFleet.CellOf(fourth), new[] { first, second, third });
    }

    [Fact]
    public void With_never_an_empty_standby_is_waited_for()
    {
        using var fleet = new FakeFleet(CellReuse.Never, cells: 1);
        var first = fleet.BootReady();
        Assert.Same(first, fleet.Get(A));
        fleet.Finish(first);

        var next = fleet.Ask(A);

        Assert.True(fleet.Waits(next));
        fleet.Replace(first);
        Assert.NotSame(first, FakeFleet.CellOf(next));
    }

    [Fact]
    public void Old_cell_finishes_what_runs_and_is_recycled()
    {
        using var fleet = new FakeFleet(CellReuse.Key, minutes: 60);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        fleet.Time.Advance(TimeSpan.FromHours(5)); // a standby does not age
        var cell = fleet.Get(A);
        fleet.Slots.Watch();
        Assert.Equal(CellState.Assigned, cell.Use.State);
        fleet.Time.Advance(TimeSpan.FromMinutes(60));

        fleet.Slots.Watch();

        Assert.Equal((CellState.Recycling, RecycleCause.Age, 1), (cell.Use.State, cell.Use.Recycled, cell.Use.Leases));
        Assert.NotSame(cell, fleet.Get(A));
    }

    [Fact]
    public void First_trouble_ends_a_keys_cell()
    {
        using var fleet = new FakeFleet(CellReuse.Key);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);
        fleet.Get(A);

        fleet.Slots.Return(cell, "the jail could not be made");

        Assert.Equal((CellState.Recycling, RecycleCause.Trouble, 1), (cell.Use.State, cell.Use.Recycled, cell.Use.Leases));
        Assert.NotSame(cell, FakeFleet.CellOf(fleet.Ask(A, failed: cell)));
    }

    [Fact]
    public void Zygotes_that_die_are_trouble_in_a_cell_of_one_key_and_none_on_standby()
    {
        using var fleet = new FakeFleet(CellReuse.Key);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);

        foreach (var one in fleet.Slots.Up) fleet.Slots.Suspect(one, "a zygote died");

        Assert.Equal(RecycleCause.Trouble, cell.Use.Recycled);
        Assert.Equal((2, 0, 1), States(fleet));
    }

    [Fact]
    public void A_keys_cell_that_prepares_no_slot_any_more_is_recycled()
    {
        using var fleet = new FakeFleet(CellReuse.Key, slots: 1);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);
        fleet.Slots.Return(cell, trouble: null);
        fleet.Time.Advance(Assignments.PreparingLimit);
        fleet.Slots.Watch();
        Assert.Equal(CellState.Assigned, cell.Use.State);

        fleet.Time.Advance(TimeSpan.FromMilliseconds(1));
        fleet.Slots.Watch();

        Assert.Equal(RecycleCause.Trouble, cell.Use.Recycled);
    }

    [Fact]
    public void Lease_that_was_not_used_is_there_again()
    {
        using var fleet = new FakeFleet(CellReuse.Key, slots: 1);
        for (var i = 0; i < 3; i++) fleet.BootReady();
        var cell = fleet.Get(A);

        fleet.Slots.GiveBack(cell);

        Assert.Equal(0, cell.Use.Leases);
        Assert.Same(cell, fleet.Get(A));
    }

    [Fact]
    public void Shared_cells_serve_everybody_and_a_standby_steps_in()
    {
        using var fleet = new FakeFleet(CellReuse.Shared, cells: 1, standby: 1, slots: 2);
        var cell = fleet.BootReady();
        var standby = fleet.BootReady();

        Assert.Same(cell, fleet.Get(A));
        Assert.Same(cell, fleet.Get(B));
        var waiting = fleet.Ask(C);
        Assert.True(fleet.Waits(waiting)); // one cell is in service
        fleet.Slots.Leave(cell);

        Assert.Same(standby, fleet.Get(A));
        Assert.Same(standby, FakeFleet.CellOf(waiting));
    }

    [Fact]
    public void Shared_cells_that_are_due_go_one_after_another()
    {
        using var fleet = new FakeFleet(CellReuse.Shared, cells: 2, standby: 0, slots: 1, executions: 1, minutes: 60);
        fleet.BootReady();
        fleet.BootReady();
        var first = fleet.Get(A);
        var second = fleet.Get(B);
        fleet.Finish(first);
        fleet.Finish(second);

        fleet.Slots.Watch();
        fleet.Slots.Watch();

        Assert.Equal((0, 1, 1), States(fleet));
        fleet.Slots.Leave(Assert.Single(fleet.Slots.Up, FakeFleet.IsBuried));
        fleet.Slots.Watch();
        Assert.Equal((0, 1, 0), States(fleet)); // the other carries on until it is replaced
        fleet.BootReady();
        fleet.Slots.Watch();
        Assert.Equal((0, 1, 1), States(fleet));
    }

    [Fact]
    public async Task Shared_cell_that_is_recycled_is_killed_when_the_last_of_its_executions_ends()
    {
        using var fleet = new FakeFleet(CellReuse.Shared, cells: 1, standby: 1, slots: 2, minutes: 60);
        var cell = fleet.BootReady();
        var standby = fleet.BootReady();
        fleet.Get(A);
        fleet.Get(B);
        fleet.Time.Advance(TimeSpan.FromHours(1));
        fleet.Slots.Watch();
        Assert.Equal(RecycleCause.Age, cell.Use.Recycled);

        fleet.Slots.Return(cell, trouble: null);
        Assert.True(fleet.Waits(fleet.Ask(C)));
        fleet.Slots.Return(cell, trouble: null);

        await FakeCells.UntilAsync(() => cell.Fault is not null, "it is not killed");
        Assert.Equal(CellState.Assigned, standby.Use.State);
        Assert.Same(standby, fleet.Get(A));
    }

    private static (int Standby, int Assigned, int Recycling) States(FakeFleet fleet) =>
        (fleet.Slots.Count(CellState.Standby), fleet.Slots.Count(CellState.Assigned), fleet.Slots.Count(CellState.Recycling));
}
