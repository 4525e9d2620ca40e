using Mayfly.Agent.Kernel;

namespace Mayfly.UnitTests.Agent;

/// <summary>What the agent says of its own descriptors.</summary>
public sealed class DescriptorsTests
{
    [Fact]
    public void As_many_are_counted_as_there_are()
    {
        // Other tests open and close some meanwhile: what is seen most often is what is so.
        var differences = Enumerable.Range(0, 101).Select(_ => Descriptors.CountOpen() - Directory.GetFileSystemEntries("/proc/self/fd").Length);

        Assert.Equal(0, differences.CountBy(difference => difference).MaxBy(pair => pair.Value).Key);
    }

    [Fact]
    public void Counting_leaves_none_open()
    {
        var most = Descriptors.CountOpen() + 500;

        for (var i = 0; i < 1000; i++) Descriptors.CountOpen();

        Assert.InRange(Descriptors.CountOpen(), 1, most);
    }
}
