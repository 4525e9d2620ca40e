using Mayfly.Agent;

namespace Mayfly.UnitTests.Agent;

public sealed class PatienceTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("1", 1)]
    [InlineData("8", 8)]
    [InlineData("20", 20)]
    [InlineData("21", 1)]
    [InlineData("0", 1)]
    [InlineData("-3", 1)]
    [InlineData("many", 1)]
    public void Launcher_says_how_much_longer_a_cell_may_take_within_bounds(string? said, int factor) => Assert.Equal(factor, Patience.Parse(said));
}
