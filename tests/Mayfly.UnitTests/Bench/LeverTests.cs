using System.Text.RegularExpressions;
using Mayfly.Agent;
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

    [Fact]
    public void They_are_those_that_the_agent_knows()
    {
        var refused = Assert.Throws<ArgumentException>(() => new Levers(["no such lever"]));

        Assert.EndsWith(": " + string.Join(", ", Lever.All().Select(lever => lever.Name).Order(StringComparer.Ordinal)), refused.Message, StringComparison.Ordinal);
    }
}
