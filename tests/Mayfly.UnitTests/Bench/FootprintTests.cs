using Mayfly.Bench.Accounts;

namespace Mayfly.UnitTests.Bench;

public sealed class FootprintTests
{
    [Theory]
    [InlineData("agent: descriptors", 20, 24, false)]
    [InlineData("agent: descriptors", 20, 25, true)]
    [InlineData("jailer: resident KiB", 100_000, 110_000, false)]
    [InlineData("jailer: resident KiB", 100_000, 110_001, true)]
    [InlineData("gateway: resident KiB", 100_000, 110_000, false)]
    [InlineData("gateway: resident KiB", 100_000, 110_001, true)]
    [InlineData("mayfly-agent: resident KiB", 20_000, 28_192, false)]
    [InlineData("mayfly-agent: resident KiB", 20_000, 28_193, true)]
    [InlineData("mounts of the machine", 20, 500, false)]
    public void Grown_is_what_is_more_than_a_tenth_and_a_few(string name, long before, long after, bool grown) =>
        Assert.Equal(grown, With(name, after).GrownSince(With(name, before)).Count == 1);

    [Fact]
    public void What_was_not_there_before_has_grown() => Assert.Single(With("zombies", 5).GrownSince(new Footprint([])));

    private static Footprint With(string name, long value) => new(new SortedDictionary<string, long> { [name] = value });
}
