using System.Text.RegularExpressions;
using Mayfly.Bench.Ablation;

namespace Mayfly.UnitTests.Bench;

public sealed class LeverTests
{
    [Fact]
    public void Each_has_a_name_that_an_option_can_take_and_says_what_it_does()
    {
        var levers = Lever.All();

        Assert.Equal(levers.Length, levers.Select(lever => lever.Name).Distinct().Count());
        Assert.All(levers, lever => Assert.Matches(new Regex("^[a-z][a-z0-9-]*$"), lever.Name));
        Assert.All(levers, lever => Assert.False(string.IsNullOrWhiteSpace(lever.What)));
    }
}
