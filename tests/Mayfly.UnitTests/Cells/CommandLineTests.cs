using Mayfly.Cells;

namespace Mayfly.UnitTests.Cells;

/// <summary>What mayfly-cells is told, and what it refuses to be told.</summary>
public sealed class CommandLineTests
{
    private static readonly string[] s_least = ["--data", "/var/lib/mayfly", "--image", "/image", "--app", "/app", "--user", "mayfly"];

    private static (int Code, CommandLine? Read) Parse(params string[] arguments)
    {
        CommandLine? read = null;
        var code = CommandLine.Parse(arguments, options =>
        {
            read = options;
            return 42;
        });
        return (code, read);
    }

    [Fact]
    public void Child_gets_its_arguments_as_they_are_written()
    {
        var (code, read) = Parse([.. s_least, "--once", "--max-cells", "3", "--", "/usr/bin/dotnet", "{app}/mayfly.dll", "run-worker", "--once", "--data", "relative", "@file", ""]);

        Assert.Equal(42, code);
        Assert.Equal(["/usr/bin/dotnet", "{app}/mayfly.dll", "run-worker", "--once", "--data", "relative", "@file", ""], read!.Child);
        Assert.True(read.Once);
        Assert.Equal(3, read.MaxCells);
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), (read.DrainLimit, read.Grace));
        Assert.Equal("container", read.Launcher);
        Assert.Null(read.Guest);
    }

    [Fact]
    public void Micro_VMs_are_told_their_guest_and_what_executes_it()
    {
        var (code, read) = Parse([.. s_least, "--launcher", "microvm", "--guest", "/guest", "--accelerator", "emulation", "--", "/bin/true"]);

        Assert.Equal(42, code);
        Assert.Equal(("microvm", "/guest", "emulation"), (read!.Launcher, read.Guest, read.Accelerator));
    }

    [Theory]
    [InlineData("--data", "relative")]
    [InlineData("--image", "./image")]
    [InlineData("--app", "")]
    [InlineData("--launcher", "docker")]
    [InlineData("--launcher", "microvm")] // without --guest
    [InlineData("--guest", "relative")]
    [InlineData("--accelerator", "hope")]
    [InlineData("--max-cells", "0")]
    [InlineData("--max-cells", "65")]
    [InlineData("--max-cells", "many")]
    [InlineData("--max-cell-memory", "1")]
    [InlineData("--max-cell-processes", "15")]
    [InlineData("--drain-seconds", "-1")]
    [InlineData("--drain-seconds", "3601")]
    [InlineData("--grace-seconds", "3601")]
    [InlineData("--unknown", "1")]
    public void Wrong_value_is_refused_and_nothing_runs(string name, string value)
    {
        var least = s_least.ToList();
        var at = least.IndexOf(name);
        if (at >= 0) least.RemoveRange(at, 2);

        var (code, read) = Parse([.. least, name, value, "--", "/bin/true"]);

        Assert.NotEqual(0, code);
        Assert.NotEqual(42, code);
        Assert.Null(read);
    }

    [Theory]
    [InlineData("--data")]
    [InlineData("--image")]
    [InlineData("--app")]
    [InlineData("--user")]
    public void Nothing_runs_without(string name)
    {
        var least = s_least.ToList();
        least.RemoveRange(least.IndexOf(name), 2);

        Assert.Null(Parse([.. least, "--", "/bin/true"]).Read);
    }

    [Fact]
    public void Nothing_runs_without_a_child() => Assert.Null(Parse(s_least).Read);
}
