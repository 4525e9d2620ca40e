using System.Diagnostics;

namespace Mayfly.HostTests.Cells;

/// <summary>Root runs programs out of the data directory: nobody else may be able to put something else there.</summary>
public sealed class DataDirectoryTests(FakeParts parts) : IClassFixture<FakeParts>
{
    [Theory]
    [InlineData(0x1FF)] // 0777
    [InlineData(0x1FD)] // 0775, of a group that is not root's
    public void Data_directory_that_others_may_write_to_is_refused(int mode)
    {
        using var cells = CellsProcess.Prepare(parts);
        Directory.CreateDirectory(cells.Data);
        Run("chgrp", CellsProcess.User, cells.Data);
        File.SetUnixFileMode(cells.Data, (UnixFileMode)mode);

        AssertRefused(cells, $"{cells.Data} has mode {Convert.ToString(mode, 8)}");
    }

    [Fact]
    public void Data_directory_below_one_that_others_may_write_to_is_refused()
    {
        using var cells = CellsProcess.Prepare(parts);
        File.SetUnixFileMode(Above(cells), (UnixFileMode)0x1FF);

        AssertRefused(cells, $"{Above(cells)} has mode 777");
    }

    [Fact]
    public void Data_directory_below_a_sticky_one_is_accepted()
    {
        using var cells = CellsProcess.Prepare(parts);
        File.SetUnixFileMode(Above(cells), (UnixFileMode)0x3FF); // 1777, as /tmp

        cells.Run();
        using var gateway = cells.NextChild();
    }

    [Fact]
    public void Data_directory_of_somebody_else_is_refused()
    {
        using var cells = CellsProcess.Prepare(parts);
        Directory.CreateDirectory(cells.Data);
        Run("chown", CellsProcess.User, cells.Data);

        AssertRefused(cells, $"{cells.Data} belongs to uid");
    }

    private static string Above(CellsProcess cells) => Path.GetDirectoryName(cells.Data)!;

    private static void AssertRefused(CellsProcess cells, string reason)
    {
        cells.Run();

        Assert.Equal(1, cells.WaitForExit());
        Assert.Contains(reason, cells.Log, StringComparison.Ordinal);
        Assert.False(File.Exists($"{cells.Data}/lock"));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
