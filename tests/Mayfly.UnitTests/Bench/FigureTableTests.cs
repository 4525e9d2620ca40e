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

    [Fact]
    public void A_report_is_JSON_whatever_is_missing() => Assert.Contains("\"figures\"", new BenchReport { Machine = "m", LoadBefore = 0 }.ToJson(), StringComparison.Ordinal);
}
