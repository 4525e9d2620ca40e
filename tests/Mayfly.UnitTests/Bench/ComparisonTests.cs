using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;

namespace Mayfly.UnitTests.Bench;

public sealed class ComparisonTests
{
    private readonly List<string> _order = [];

    [Fact]
    public void Who_came_first_in_one_round_comes_last_in_the_next()
    {
        Run(Contender("A", 10), Contender("B", 5));

        // The first pair warms and is not counted.
        Assert.Equal("BA" + "AB" + "BA", string.Concat(_order));
    }

    [Fact]
    public void The_ratio_is_to_the_neighbour_in_time()
    {
        var results = Run(Contender("A", 10), Contender("B", 5));

        Assert.Equal([1, 0.5], results.Select(result => result.RatioToBare));
        Assert.All(results, result => Assert.Equal(2, result.Pairs));
    }

    [Fact]
    public void A_wrong_answer_is_a_failure_and_no_time()
    {
        var results = Run(Contender("A", 10), new Contender("B", "", _ => new Sample(1, null, null, "2\n", 0)));

        Assert.Contains("printed \"2\"", results[1].Failure, StringComparison.Ordinal);
        Assert.Equal(0, results[1].Pairs);
    }

    [Fact]
    public void Who_cannot_run_the_program_is_left_out() =>
        Assert.Equal(["A"], Run(Contender("A", 10), new Contender("B", "", _ => null)).Select(result => result.Contender));

    [Fact]
    public void Who_is_only_compared_with_takes_part_in_fewer_rounds()
    {
        var results = Run(Contender("A", 10), Contender("B", 5) with { MostRounds = 1 });

        Assert.Equal([2, 1], results.Select(result => result.Pairs));
    }

    private static List<Result> Run(params Contender[] contenders) =>
        Comparison.Run([.. contenders], Workload.Print, rounds: 2, TimeSpan.FromHours(1), least: 2, TestContext.Current.CancellationToken);

    private Contender Contender(string name, double milliseconds) => new(name, "", _ =>
    {
        _order.Add(name);
        return new Sample(milliseconds, null, null, "1\n", 0);
    });
}
