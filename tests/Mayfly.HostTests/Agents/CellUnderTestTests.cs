namespace Mayfly.HostTests.Agents;

/// <summary>What these tests themselves make is gone again, whatever happens.</summary>
public sealed class CellUnderTestTests
{
    [Theory]
    [InlineData("a root that is not there")]
    [InlineData("a configuration that cannot be made")]
    public void Cell_that_cannot_be_launched_leaves_nothing(string fault)
    {
        var before = Left();

        Assert.Throws<InvalidOperationException>(() => CellUnderTest.Launch(config => fault == "a root that is not there"
            ? config with { Root = config.Root with { Path = "/nowhere" } }
            : throw new InvalidOperationException(fault)));

        Assert.Equal(before, Left());
    }

    private static string[] Left() =>
    [
        .. Directory.GetDirectories(Path.GetTempPath(), $"{CellUnderTest.DirectoryPrefix}*"),
        .. Directory.EnumerateDirectories("/sys/fs/cgroup", $"*{CellUnderTest.CgroupPrefix}*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }),
    ];
}
