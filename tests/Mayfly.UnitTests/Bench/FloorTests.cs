using Mayfly.Bench.Arithmetic;

namespace Mayfly.UnitTests.Bench;

public sealed class FloorTests
{
    private static readonly Floor Sample = new(EchoMs: 0.2, CommitMs: 0.05, PipeMs: 0.01, ForkMs: 0.3, FaultMs: 0.002);

    [Fact]
    public void Is_the_sum_of_its_parts() => Assert.Equal(0.2 + 0.05 + (2 * 0.01) + 0.3 + (66 * 0.002), Sample.Ms, 12);

    [Fact]
    public void A_fork_made_ahead_is_not_in_it() => Assert.Equal(Sample.Ms - 0.3, Sample.AheadMs, 12);

    [Fact]
    public void Distance_is_in_times_of_it() => Assert.Equal(2, Sample.Distance(2 * Sample.Ms), 12);
}
