using System.Text;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Agent;

/// <summary>One program in one jail, with a child, a jailer and a clock that do as the test says.</summary>
public sealed class ExecutionTests : IDisposable
{
    private readonly ScriptedCell _cell = new();
    private readonly Owner _owner = new();
    private readonly ScriptedChild _child;

    public ExecutionTests() => _child = _cell.BecomeReady();

    public void Dispose() => _cell.Dispose();

    [Fact]
    public void Program_that_exits_gives_code_output_and_times()
    {
        var execution = Start();
        _child.Say(NoticeKind.Started);
        _child.Print("hello");
        _cell.Pass(TimeSpan.FromMilliseconds(1500));
        _child.Print(" world");
        _child.Exit(3 << 8);

        var result = execution.Result!;
        Assert.Equal((Termination.Exit, 3u, true), (result.Termination, result.ExitCode, result.Started));
        Assert.Equal((1_500_000UL, 123UL, 42UL), (result.WallTimeUs, result.MinorFaults, result.Id));
        Assert.Equal("hello world", Encoding.UTF8.GetString(execution.Stdout.Peek(100).Span));
        Assert.Equal((1, 1), (_owner.Started, _owner.Finished));
        Assert.True(ScriptedCell.IsKilled(_child.Init));
    }

    [Fact]
    public void Result_does_not_wait_for_the_funeral_and_the_slot_does()
    {
        var execution = Start();
        _child.Say(NoticeKind.Started);
        _child.Exit(0);

        Assert.NotNull(execution.Result);
        Assert.Null(_cell.TryTake());
        _child.InitExit();
        // A jail that did its work is followed by the next at once.
        _cell.Take(RequestKind.Prepare);
    }

    [Fact]
    public void Time_limit_begins_with_user_code()
    {
        var execution = Start();
        _cell.Pass(TimeSpan.FromSeconds(3));
        _child.Say(NoticeKind.Started);
        _cell.Pass(TimeSpan.FromSeconds(9.9));
        Assert.False(_child.Init.HasExited);

        _cell.Pass(TimeSpan.FromSeconds(0.2));
        Assert.True(ScriptedCell.IsKilled(_child.Init));
        _child.Exit(9);

        Assert.Equal((Termination.Timeout, 10_100_000UL), (execution.Result!.Termination, execution.Result.WallTimeUs));
    }

    [Fact]
    public void Program_that_hangs_in_the_kernel_is_answered_for_and_keeps_its_slot()
    {
        var execution = Start();
        _child.Say(NoticeKind.Started);
        _cell.Pass(TimeSpan.FromSeconds(10.1));
        Assert.Null(execution.Result);

        _cell.Pass(TimeSpan.FromSeconds(0.3)); // the answer is due within 0.5 s of the limit
        Assert.Equal(Termination.Timeout, execution.Result!.Termination);
        Assert.Equal(1, _cell.Pool.Used);

        _child.Exit(9);
        _child.InitExit();
        Assert.Equal(0, _cell.Pool.Used);
        Assert.Equal(1, _owner.Finished);
    }

    [Fact]
    public void Child_that_does_not_start_its_program_is_the_infrastructures_failure()
    {
        var execution = Start();

        _cell.Pass(TimeSpan.FromSeconds(4.1));
        _child.Exit(9);

        Assert.Equal((Termination.Infrastructure, false), (execution.Result!.Termination, execution.Result.Started));
        Assert.Equal(0, _owner.Started);
    }

    [Fact]
    public void Child_that_fails_after_the_hand_over_names_its_step()
    {
        var execution = Start();
        _child.Say(NoticeKind.Failed, JailStep.Files, 28);
        _child.Exit(125 << 8);

        Assert.Equal((Termination.Infrastructure, "entering the jail failed at Files: ENOSPC"), (execution.Result!.Termination, execution.Result.Failure));
        // Which may have been the program's doing: the slot goes on without a pause.
        _child.InitExit();
        _cell.Take(RequestKind.Prepare);
    }

    [Fact]
    public void Exec_that_fails_after_started_is_no_exit_of_the_program()
    {
        var execution = Start();
        _child.Say(NoticeKind.Started);
        _child.Say(NoticeKind.Failed, JailStep.Exec, 2);
        _child.Exit(125 << 8);

        Assert.Equal((Termination.Infrastructure, true), (execution.Result!.Termination, execution.Result.Started));
    }

    [Fact]
    public void Program_that_started_and_ended_before_anybody_looked_has_started()
    {
        var execution = Start();
        // The jailer's report overtakes the notice: both are there, on two sockets, when the agent looks.
        var started = new Notice { Kind = NoticeKind.Started };
        Mayfly.Agent.Kernel.Descriptors.Write(_child.Descriptors[1], System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Notice>(in started)));
        _child.Exit(0);

        Assert.Equal((Termination.Exit, true), (execution.Result!.Termination, execution.Result.Started));
        Assert.Equal((1, 1), (_owner.Started, _owner.Finished));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancel_kills_whether_or_not_it_has_started(bool started)
    {
        var execution = Start();
        if (started) _child.Say(NoticeKind.Started);

        execution.Kill(KillCause.Cancelled);
        execution.Kill(KillCause.Timeout);
        Assert.True(ScriptedCell.IsKilled(_child.Init));
        _child.Exit(9);

        Assert.Equal((Termination.Cancelled, started), (execution.Result!.Termination, execution.Result.Started));
    }

    [Fact]
    public void Child_that_starts_twice_breaks_its_jail()
    {
        var execution = Start();
        _child.Say(NoticeKind.Ready);
        _child.Exit(9);

        Assert.Equal((Termination.Infrastructure, "the child said Ready while the jail was Running"), (execution.Result!.Termination, execution.Result.Failure));
    }

    [Fact]
    public void Largest_program_arrives_whole_however_slowly_the_child_reads()
    {
        var block = new byte[4 << 20];
        new Random(1).NextBytes(block);

        Execution.Start(_cell.Loop, _cell.Take(), 42, block, ScriptedCell.Limits, _owner);

        Assert.Equal(block, _child.ReadControl(block.Length));
    }

    private Execution Start() => Execution.Start(_cell.Loop, _cell.Take(), 42, [1, 2, 3], ScriptedCell.Limits, _owner);

    private sealed class Owner : IExecutionOwner
    {
        public int Started { get; private set; }

        public int Finished { get; private set; }

        public void OnStarted(Execution execution) => Started++;

        public void OnOutput(Execution execution) { }

        public void OnFinished(Execution execution) => Finished++;
    }
}
