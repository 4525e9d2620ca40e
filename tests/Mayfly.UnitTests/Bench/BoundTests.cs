using Mayfly.Bench.Report;

namespace Mayfly.UnitTests.Bench;

public sealed class BoundTests
{
    [Theory]
    [InlineData(0.06, "aim")]
    [InlineData(0.0601, "yes")]
    [InlineData(0.15, "yes")]
    [InlineData(0.1501, "no")]
    public void Less_is_better_where_a_bound_falls(double measured, string met) => Assert.Equal(met, Bound.AtMost(0.15, 0.06).Judge(measured));

    [Theory]
    [InlineData(6, "aim")]
    [InlineData(5.99, "yes")]
    [InlineData(3, "yes")]
    [InlineData(2.99, "no")]
    public void More_is_better_where_it_does_not(double measured, string met) => Assert.Equal(met, Bound.NoLessThan(3, 6).Judge(measured));

    [Fact]
    public void A_missing_value_is_not_a_missed_one() => Assert.Equal("not measured", new Figure(1, "", Bound.AtMost(1, 1), null).Met);

    [Theory]
    [InlineData(0.0071, "0.0071")]
    [InlineData(0.154, "0.15")]
    [InlineData(8, "8")]
    [InlineData(1234.4, "1234")]
    public void Shows_the_digits_that_matter(double value, string text) => Assert.Equal(text, Bound.AtMost(1, 1).Text(value));
}
