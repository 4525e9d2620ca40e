using CsCheck;
using Mayfly.Bench.Arithmetic;

namespace Mayfly.UnitTests.Bench;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 3)]
    [InlineData(0.9, 4.6)]
    [InlineData(1, 5)]
    public void A_quantile_lies_between_its_neighbours_in_proportion(double share, double expected) =>
        Assert.Equal(expected, Statistics.Quantile([5, 1, 4, 2, 3], share), 12);

    [Fact]
    public void The_quantile_of_one_value_is_that_value() => Assert.Equal(7, Statistics.Quantile([7], 0.99));

    [Fact]
    public void There_is_no_quantile_of_nothing() => Assert.Throws<ArgumentException>(() => Statistics.Median([]));

    [Fact]
    public void Quantiles_never_fall_and_never_leave_the_values() => Gen.Select(Gen.Double[0, 1000].Array[1, 40], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((values, one, other) =>
    {
        var low = Statistics.Quantile(values, Math.Min(one, other));
        var high = Statistics.Quantile(values, Math.Max(one, other));
        return values.Min() <= low && low <= high + 1e-9 && high <= values.Max() + 1e-9;
    });

    [Fact]
    public void What_slows_both_neighbours_cancels_out()
    {
        double[] own = [10, 20, 40, 10, 10];
        double[] bare = [100, 200, 400, 100, 50];

        Assert.Equal(0.1, Statistics.MedianOfRatios(own, bare), 12);
    }

    [Fact]
    public void A_value_without_a_neighbour_is_refused() => Assert.Throws<ArgumentException>(() => Statistics.MedianOfRatios([1, 2], [1]));

    [Fact]
    public void Throughput_counts_each_client_up_to_its_own_last_answer() =>
        Assert.Equal(10 + 2.5, Statistics.Throughput([(20, 2.0), (5, 2.0), (0, 0)]), 12);
}
