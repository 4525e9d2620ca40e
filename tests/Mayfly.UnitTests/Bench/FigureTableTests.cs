using Mayfly.Bench.Report;

namespace Mayfly.UnitTests.Bench;

public sealed class FigureTableTests
{
    [Fact]
    public void There_are_fifteen_and_an_empty_run_has_measured_none()
    {
        var figures = new BenchReport { Machine = "", LoadBefore = 0 }.Figures;

        Assert.Equal(Enumerable.Range(1, 15), figures.Select(figure => figure.Number).Distinct());
        Assert.All(figures, figure => Assert.Equal("not measured", figure.Met));
    }

    [Fact]
    public void The_smallest_zygote_is_the_bare_one_and_the_largest_the_heaviest()
    {
        var report = new BenchReport
        {
            Machine = "",
            LoadBefore = 0,
            Spares = [new("python", 1, 4, 1, 0.5, 10), new("python", 2, 2, 3, 1, 66)],
        };

        Assert.Equal([1.5, 4, null], report.Figures.Where(figure => figure.Number == 9).Select(figure => figure.Measured));
    }

    [Theory]
    [InlineData(0.7, 0, 0, 0.7)]
    [InlineData(0.7, 0.1, 0.68, 1.0075)] // of 1.9 processors at the peak, 1.32 were left
    [InlineData(0.7, 0.2, 0.2, 0.7)]
    public void Goodput_is_also_told_of_the_processors_that_the_client_leaves(double raw, double atPeak, double loaded, double expected) =>
        Assert.Equal(expected, new Mayfly.Bench.Load.OverloadResult(100, new(1000, 1000, 70, 0, null, null), raw, 2, atPeak, loaded, null).GoodputToPeakOfRest, 3);

    [Fact]
    public void A_report_is_JSON_whatever_is_missing() => Assert.Contains("\"figures\"", new BenchReport { Machine = "m", LoadBefore = 0 }.ToJson(), StringComparison.Ordinal);
}
