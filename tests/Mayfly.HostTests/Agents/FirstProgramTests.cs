using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>A program goes into a real cell, and its result comes out.</summary>
public sealed class FirstProgramTests
{
    [Fact]
    public void Print_1_prints_1()
    {
        using var cell = CellUnderTest.Boot();

        var ran = cell.Python("print(1)");

        Assert.Equal("1\n", ran.Stdout);
        Assert.Equal("", ran.Stderr);
        Assert.Equal(Termination.Exit, ran.Finished.Termination);
        Assert.Equal(0u, ran.Finished.ExitCode);
        Console.Error.WriteLine($"{cell.BootTime} {cell.Hello} {ran}");
    }
}
