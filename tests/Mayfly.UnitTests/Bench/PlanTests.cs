using Mayfly.Bench.Running;

namespace Mayfly.UnitTests.Bench;

public sealed class PlanTests
{
    [Fact]
    public async Task A_part_that_does_not_fit_is_named_and_the_next_one_goes_on()
    {
        var phases = new Phases(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Null(await phases.RunAsync("long", TimeSpan.FromMinutes(2), _ => "done"));
        Assert.Equal("done", await phases.RunAsync("short", TimeSpan.FromSeconds(1), _ => "done"));
        Assert.Equal(["long"], phases.NotMeasured.Keys);
        Assert.False(phases.Failed);
    }

    [Fact]
    public async Task A_part_that_fails_is_named_and_fails_the_run()
    {
        var phases = new Phases(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Null(await phases.RunAsync("broken", TimeSpan.Zero, new Func<CancellationToken, string>(_ => throw new InvalidOperationException("no cell"))));
        Assert.Equal("failed: no cell", phases.NotMeasured["broken"]);
        Assert.True(phases.Failed);
    }
}
