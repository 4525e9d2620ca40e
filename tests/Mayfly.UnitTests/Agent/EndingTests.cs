using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Agent;

/// <summary>Which end an execution is said to have had, from what was seen of it.</summary>
public sealed class EndingTests
{
    private const int ExitedWith3 = 3 << 8;
    private const int KilledBy9 = 9;

    private static readonly CgroupUsage s_ordinary = new(10 << 20, 1000, OomKills: 0, HitMemoryLimit: false);
    private static readonly CgroupUsage s_outOfMemory = new(256 << 20, 1000, OomKills: 1, HitMemoryLimit: true);

    [Fact]
    public void Exit_code_is_the_wait_statuss()
    {
        var finished = Judge(KillCause.None, ExitedWith3);

        Assert.Equal((Termination.Exit, 3u, true), (finished.Termination, finished.ExitCode, finished.Started));
    }

    [Fact]
    public void Signal_is_the_wait_statuss() =>
        Assert.Equal((Termination.Signal, 9u), (Judge(KillCause.None, KilledBy9).Termination, Judge(KillCause.None, KilledBy9).Signal));

    [Theory]
    [InlineData(0)]
    [InlineData(ExitedWith3)]
    [InlineData(KilledBy9)]
    public void Kernels_count_of_victims_wins_over_the_wait_status(int status) =>
        Assert.Equal(Termination.OutOfMemory, Judge(KillCause.None, status, s_outOfMemory).Termination);

    [Theory]
    [InlineData((int)KillCause.Timeout)]
    [InlineData((int)KillCause.Cancelled)]
    public void Kernels_count_of_victims_wins_over_our_own_kill(int cause) =>
        Assert.Equal(Termination.OutOfMemory, Judge((KillCause)cause, KilledBy9, s_outOfMemory).Termination);

    [Fact]
    public void Victim_below_its_own_limit_is_the_infrastructures_failure()
    {
        var finished = Judge(KillCause.None, KilledBy9, s_outOfMemory with { HitMemoryLimit = false });

        Assert.Equal(Termination.Infrastructure, finished.Termination);
        Assert.Contains("below its own limit", finished.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((int)KillCause.Timeout, Termination.Timeout)]
    [InlineData((int)KillCause.Cancelled, Termination.Cancelled)]
    [InlineData((int)KillCause.OutOfMemory, Termination.OutOfMemory)]
    public void Our_own_kill_wins_over_the_wait_status(int cause, Termination expected)
    {
        Assert.Equal(expected, Judge((KillCause)cause, KilledBy9).Termination);
        // It ended by itself while the kill was on its way.
        Assert.Equal(expected, Judge((KillCause)cause, 0).Termination);
        // It hangs in the kernel, and its end was not waited for.
        Assert.Equal(expected, Judge((KillCause)cause, null).Termination);
    }

    [Fact]
    public void Failure_of_the_jail_wins_over_everything()
    {
        var finished = Ending.Judge(new Observations { Started = true, Cause = KillCause.None, WaitStatus = 0, Usage = s_ordinary, Failure = "entering the jail failed at Exec: ENOENT" });

        Assert.Equal((Termination.Infrastructure, "entering the jail failed at Exec: ENOENT", true), (finished.Termination, finished.Failure, finished.Started));
    }

    [Fact]
    public void Program_that_never_started_is_the_infrastructures_failure()
    {
        Assert.Equal("the child ended before user code started: exit code 3", NotStarted(KillCause.None, ExitedWith3, s_ordinary).Failure);
        Assert.Equal("out of memory before user code started", NotStarted(KillCause.None, KilledBy9, s_outOfMemory).Failure);
        Assert.Equal("user code did not start in time", NotStarted(KillCause.Infrastructure, null, s_ordinary).Failure);
    }

    [Fact]
    public void Program_that_was_cancelled_before_it_started_is_cancelled() =>
        Assert.Equal((Termination.Cancelled, false), (NotStarted(KillCause.Cancelled, KilledBy9, s_ordinary).Termination, NotStarted(KillCause.Cancelled, KilledBy9, s_ordinary).Started));

    private static Finished Judge(KillCause cause, int? status, CgroupUsage? usage = null) =>
        Ending.Judge(new Observations { Started = true, Cause = cause, WaitStatus = status, Usage = usage ?? s_ordinary });

    private static Finished NotStarted(KillCause cause, int? status, CgroupUsage usage) =>
        Ending.Judge(new Observations { Started = false, Cause = cause, WaitStatus = status, Usage = usage });
}
