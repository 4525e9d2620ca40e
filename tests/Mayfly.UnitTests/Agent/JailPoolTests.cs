using Mayfly.Agent.Jails;

namespace Mayfly.UnitTests.Agent;

/// <summary>A slot's jails, one after another, whatever jailer and child do in whichever order.</summary>
public sealed class JailPoolTests : IDisposable
{
    private const int Enospc = 28;

    private readonly ScriptedCell _cell = new();

    public void Dispose() => _cell.Dispose();

    [Fact]
    public void Preparing_and_forking_say_what_the_jail_is_to_be()
    {
        var prepare = _cell.Take(RequestKind.Prepare);
        _cell.Prepared();
        var fork = _cell.Take(RequestKind.Fork);

        Assert.Empty(prepare.Descriptors);
        Assert.Equal((10_000u, 10_000u, 64UL << 20, 8192u), (prepare.Request.Uid, prepare.Request.Gid, prepare.Request.WritableBytes, prepare.Request.WritableInodes));
        // init's pidfd, control, stdout, stderr, ending, and one v2 cgroup.
        Assert.Equal(6, fork.Descriptors.Length);
        Assert.Equal((10_000u, 64UL << 20), (fork.Request.Uid, fork.Request.FileBytes));
    }

    [Fact]
    public void Nobody_vouches_for_a_network_namespace_whose_sockets_were_not_watched()
    {
        var first = _cell.Take(RequestKind.Prepare);
        var init = _cell.Prepared();
        var fork = _cell.Take(RequestKind.Fork);
        var child = new ScriptedChild(_cell, 0, init, fork.Descriptors);
        child.Forked();
        child.Say(NoticeKind.Ready); // without a listener

        _cell.Take()!.Release();
        child.Exit(9);
        child.InitExit();
        _cell.Pass(TimeSpan.FromSeconds(1)); // it was of no use, so the next one waits a little

        Assert.Equal((0u, 1u), (first.Request.NetworkUntouched, fork.Request.WatchSockets));
        Assert.Equal(0u, _cell.Take(RequestKind.Prepare).Request.NetworkUntouched);
        Assert.Equal([0u], _cell.Forgotten);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Jail_is_ready_when_both_child_and_parent_have_said_so(bool childFirst)
    {
        _cell.Take(RequestKind.Prepare);
        var child = new ScriptedChild(_cell, 0, _cell.Prepared(), _cell.Take(RequestKind.Fork).Descriptors);

        if (childFirst) child.Say(NoticeKind.Ready);
        else child.Forked();
        Assert.False(_cell.Pool.Ready == 1);
        if (childFirst) child.Forked();
        else child.Say(NoticeKind.Ready);

        Assert.True(_cell.Pool.Ready == 1);
        Assert.Equal(ScriptedCell.LandlockAbi, _cell.Take()!.LandlockAbi);
    }

    [Fact]
    public void Spare_is_behind_programs_while_it_is_made_and_when_it_is_taken_apart()
    {
        using var cell = new ScriptedCell(slots: 2);
        cell.Take(RequestKind.Prepare);
        cell.Take(RequestKind.Prepare);
        var second = new ScriptedChild(cell, 1, cell.Prepared(1), cell.Take(RequestKind.Fork).Descriptors);

        // Without the first no program could start.
        Assert.Equal(("100", "10"), (cell.CpuWeight("slot-0-0"), cell.CpuWeight("slot-1-1")));
        second.Forked();
        second.Say(NoticeKind.Ready);
        Assert.Equal("100", cell.CpuWeight("slot-1-1"));
        cell.Take().Release();
        Assert.Equal("10", cell.CpuWeight("slot-1-1"));
    }

    [Fact]
    public void Program_that_has_run_for_long_stands_behind_those_that_begin()
    {
        var child = _cell.BecomeReady();
        _cell.Take().HandOver(new byte[1], new ProgramEvents(() => { }, () => { }, _ => { }));
        child.Say(NoticeKind.Started);

        _cell.Pass(TimeSpan.FromMilliseconds(199));
        Assert.Equal("100", _cell.CpuWeight("slot-0-0"));
        _cell.Pass(TimeSpan.FromMilliseconds(2));
        Assert.Equal("30", _cell.CpuWeight("slot-0-0"));
    }

    [Fact]
    public void Cell_with_a_program_in_every_slot_has_a_spare_for_who_comes_next()
    {
        using var cell = new ScriptedCell(slots: 2);
        for (var i = 0; i < 2; i++) cell.Take(RequestKind.Prepare);
        for (uint place = 0; place < 2; place++)
        {
            var child = new ScriptedChild(cell, place, cell.Prepared(place), cell.Take(RequestKind.Fork).Descriptors);
            child.Forked();
            child.Say(NoticeKind.Ready);
        }

        for (var i = 0; i < 2; i++) cell.Take();
        cell.Pass(TimeSpan.FromMilliseconds(5)); // spares are topped up a little later

        cell.Take(RequestKind.Prepare);
        cell.Take(RequestKind.Prepare);
    }

    [Fact]
    public void Spare_that_a_program_waits_for_is_behind_no_longer()
    {
        using var cell = new ScriptedCell(slots: 2);

        cell.Pool.Take(cell.Pool.Cold, _ => { });
        Assert.Equal("10", cell.CpuWeight("slot-1-1"));
        cell.Pool.Take(cell.Pool.Cold, _ => { });

        Assert.Equal("100", cell.CpuWeight("slot-1-1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slot_is_used_again_only_when_init_and_child_are_both_dead(bool initFirst)
    {
        var child = _cell.BecomeReady();
        _cell.Take()!.Release();

        Assert.True(ScriptedCell.IsKilled(child.Init));
        Assert.Null(_cell.TryTake());
        if (initFirst) child.InitExit();
        else child.Exit(9);
        Assert.Equal(["slot-0-0"], _cell.Cgroups);
        if (initFirst) child.Exit(9);
        else child.InitExit();

        // It had no program: a failure, tried again after the back-off.
        Assert.Empty(_cell.Cgroups);
        Assert.Null(_cell.TryTake());
        _cell.Pass(TimeSpan.FromMilliseconds(101));
        _cell.Take(RequestKind.Prepare);
        Assert.Equal(["slot-0-1"], _cell.Cgroups);
    }

    [Fact]
    public void Slot_is_not_used_again_while_a_process_is_in_its_cgroup()
    {
        var child = _cell.BecomeReady();
        using (var entrance = child.Descriptors[5]) RandomAccess.Write(entrance, "4243\n"u8, 0);
        _cell.Take()!.Release();
        child.Exit(9);
        child.InitExit();

        _cell.Pass(TimeSpan.FromSeconds(1));
        Assert.Contains("slot-0-0", _cell.Cgroups);
        Assert.Equal(1, _cell.Pool.Used);
        // For who comes next there is one in another place.
        _cell.BecomeReady(1);
        Assert.Null(_cell.Broken);

        // Some for the parent's report, then twenty for the kernel.
        _cell.Pass(TimeSpan.FromSeconds(3));
        _cell.Pass(TimeSpan.FromSeconds(20));
        Assert.Contains("not everything in it is dead", _cell.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void Jail_that_cannot_be_prepared_is_tried_again_with_longer_and_longer_pauses_and_then_given_up()
    {
        foreach (var pause in new[] { 100, 200, 400, 800 })
        {
            _cell.Take(RequestKind.Prepare);
            _cell.Report(new Report { Kind = ReportKind.PrepareFailed, Step = JailStep.Tmpfs, Error = Enospc });
            Assert.Empty(_cell.Cgroups);

            _cell.Pass(TimeSpan.FromMilliseconds(pause - 1));
            Assert.Null(_cell.TryTake());
            _cell.Pass(TimeSpan.FromMilliseconds(2));
        }

        _cell.Take(RequestKind.Prepare);
        Assert.Null(_cell.Broken);
        _cell.Report(new Report { Kind = ReportKind.PrepareFailed, Step = JailStep.Tmpfs, Error = Enospc });

        Assert.Equal("slot 0 failed 5 times in a row; the last time: preparing the jail failed at Tmpfs: ENOSPC", _cell.Broken);
    }

    [Fact]
    public void Child_that_cannot_enter_names_its_step()
    {
        _cell.Take(RequestKind.Prepare);
        var child = new ScriptedChild(_cell, 0, _cell.Prepared(), _cell.Take(RequestKind.Fork).Descriptors);
        child.Forked();

        child.Say(NoticeKind.Failed, JailStep.Landlock, 1);
        Assert.True(ScriptedCell.IsKilled(child.Init));
        child.Exit(125 << 8);
        child.InitExit();

        Assert.Empty(_cell.Cgroups);
        Assert.Equal(0, _cell.ReadyCount);
    }

    [Fact]
    public void Init_that_dies_before_the_fork_is_answered_leaves_nothing()
    {
        _cell.Take(RequestKind.Prepare);
        var init = _cell.Prepared();
        _cell.Take(RequestKind.Fork);

        _cell.Report(new Report { Kind = ReportKind.InitExited, Pid = init.Id, WaitStatus = 9 });
        Assert.Equal(["slot-0-0"], _cell.Cgroups);
        _cell.Report(new Report { Kind = ReportKind.ForkFailed, Step = JailStep.Receive, Error = 16 });

        Assert.Empty(_cell.Cgroups);
        Assert.Null(_cell.Broken);
    }

    [Fact]
    public void Child_that_dies_while_it_waits_is_replaced()
    {
        var child = _cell.BecomeReady();

        child.Exit(9);
        Assert.Equal(0, _cell.Pool.Ready);
        child.InitExit();
        Assert.Equal(0, _cell.Pool.Ready);
        _cell.Pass(TimeSpan.FromMilliseconds(101));
        _cell.BecomeReady();
        Assert.Equal(1, _cell.Pool.Ready);
    }

    [Fact]
    public void Jailer_that_does_not_answer_breaks_the_cell()
    {
        _cell.Take(RequestKind.Prepare);

        _cell.Pass(TimeSpan.FromSeconds(21));

        Assert.Equal("slot 0, Preparing: PREPARE was not answered", _cell.Broken);
    }

    [Fact]
    public void Child_that_does_not_become_ready_breaks_the_cell()
    {
        _cell.Take(RequestKind.Prepare);
        _cell.Prepared();

        _cell.Pass(TimeSpan.FromSeconds(21));

        Assert.Equal("slot 0, Entering: the child did not become ready", _cell.Broken);
    }

    [Fact]
    public void Jailer_that_speaks_another_language_breaks_the_cell()
    {
        _cell.SendGarbage(20);

        Assert.StartsWith("the jailer: a packet of 20 bytes", _cell.Broken, StringComparison.Ordinal);
    }

    [Fact]
    public void Jailer_that_is_gone_breaks_the_cell()
    {
        _cell.CloseJailer();

        Assert.StartsWith("the jailer: ", _cell.Broken, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportKind.Forked, 0u)]
    [InlineData(ReportKind.Prepared, 0u)] // without a descriptor
    [InlineData(ReportKind.ChildExited, 0u)]
    [InlineData(ReportKind.InitExited, 0u)]
    [InlineData((ReportKind)77, 0u)]
    [InlineData(ReportKind.PrepareFailed, 1u)] // there is no such slot
    [InlineData(ReportKind.PrepareFailed, uint.MaxValue)]
    internal void Report_out_of_turn_breaks_the_cell(ReportKind kind, uint slot)
    {
        _cell.Take(RequestKind.Prepare);

        _cell.Report(new Report { Kind = kind, Slot = slot, Pid = 1 });

        Assert.NotNull(_cell.Broken);
    }
}
