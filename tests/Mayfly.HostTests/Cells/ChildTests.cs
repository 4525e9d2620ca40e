namespace Mayfly.HostTests.Cells;

/// <summary>What the unprivileged child has: as little as the reviewed lists here say.</summary>
public sealed class ChildTests(FakeParts parts) : IClassFixture<FakeParts>
{
    [Fact]
    public void Child_has_no_capability_no_group_and_no_way_to_gain_one()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            var status = File.ReadLines($"/proc/{gateway.Pid}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
            var user = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Single(line => line[0] == CellsProcess.User);

            Assert.Equal(string.Join('\t', Enumerable.Repeat(user[2], 4)), status["Uid"]);
            Assert.Equal(string.Join('\t', Enumerable.Repeat(user[3], 4)), status["Gid"]);
            Assert.Equal("", status["Groups"]);
            foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) Assert.Equal("0000000000000000", status[set]);
            Assert.Equal("1", status["NoNewPrivs"]);
            Assert.Equal("0000000000000000", status["SigBlk"]);
            Assert.Equal("0000000180000000", status["SigIgn"]); // 32 and 33, glibc's own: posix_spawn leaves them ignored
        }
    }

    [Fact]
    public void Child_has_its_standard_streams_the_control_socket_and_no_other_descriptor()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            // 4: the puppet's own connection to this test.
            Assert.Equal(["0", "1", "2", "3", "4"], Directory.GetFileSystemEntries($"/proc/{gateway.Pid}/fd").Select(Path.GetFileName).Order());
            Assert.StartsWith("socket:", File.ResolveLinkTarget($"/proc/{gateway.Pid}/fd/3", false)!.Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Child_has_a_clean_environment_a_session_of_its_own_and_no_core_files()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            var names = File.ReadAllText($"/proc/{gateway.Pid}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')[0]).ToList();
            Assert.Contains("MAYFLY_TEST", names);
            Assert.DoesNotContain(names, name => name is not ("PATH" or "LANG" or "LC_ALL" or "TZ" or "TERM" or "NO_COLOR")
                && !name.StartsWith("MAYFLY_", StringComparison.Ordinal) && !name.StartsWith("DOTNET_", StringComparison.Ordinal) && !name.StartsWith("OTEL_", StringComparison.Ordinal));

            var stat = File.ReadAllText($"/proc/{gateway.Pid}/stat");
            Assert.Equal($"{gateway.Pid}", stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
            Assert.Contains(File.ReadLines($"/proc/{gateway.Pid}/limits"), line => line.StartsWith("Max core file size", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] == "0");
        }
    }

    [Fact]
    public void Child_owns_its_own_part_of_the_data_directory_and_can_write_nothing_else_of_ours()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            var user = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Single(line => line[0] == CellsProcess.User);

            Assert.Equal($"700 {user[2]} {user[3]}", Stat($"{cells.Data}/gateway"));
            Assert.Equal("755 0 0", Stat($"{cells.Data}/app"));
            Assert.Equal("600 0 0", Stat($"{cells.Data}/lock"));
            foreach (var path in Directory.EnumerateFileSystemEntries($"{cells.Data}/app", "*", SearchOption.AllDirectories))
            {
                Assert.Contains(Stat(path), (string[])["755 0 0", "644 0 0"]);
            }

            foreach (var path in Directory.EnumerateFileSystemEntries($"/proc/{cells.Pid}/root/run/mayfly"))
            {
                Assert.Matches("^7[0-5][0-5] 0 0$", Stat(path));
            }
        }
    }

    [Fact]
    public void Program_of_another_build_replaces_the_copy_and_the_same_build_keeps_it()
    {
        using var cells = CellsProcess.Prepare(parts);
        string Copy()
        {
            cells.Run("--once");
            using (var gateway = cells.NextChild()) gateway.Tell((byte)'x', 0);
            cells.WaitForExit();
            return Directory.GetDirectories($"{cells.Data}/app").Single();
        }

        var first = Copy();
        Assert.Equal(first, Copy());

        File.AppendAllText($"{cells.App}/cell/extra", "new");
        Directory.CreateDirectory($"{cells.Data}/app/.partial-left-by-a-crash");
        var second = Copy();
        Assert.NotEqual(first, second);
        Assert.Equal("new", File.ReadAllText($"{second}/cell/extra"));
    }

    [Fact]
    public void Mayfly_cells_itself_listens_nowhere_and_keeps_only_what_launching_needs()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            foreach (var thread in Directory.GetDirectories($"/proc/{cells.Pid}/task"))
            {
                var status = File.ReadLines($"{thread}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
                Assert.Equal("00000000882c11ff", status["CapEff"]); // OwnProcess.s_kept
                Assert.Equal("00000000882c11ff", status["CapBnd"]);
                Assert.Equal("1", status["NoNewPrivs"]);
            }

            Assert.Equal("mayfly-cells", File.ReadAllText($"/proc/{cells.Pid}/comm").Trim()); // though it executes itself once
            var sockets = Directory.GetFileSystemEntries($"/proc/{cells.Pid}/fd").Select(path => File.ResolveLinkTarget(path, false)?.Name ?? "").Count(name => name.StartsWith("socket:", StringComparison.Ordinal));
            Assert.Equal(1, sockets); // the control socket's other end
        }
    }

    private static string Stat(string path)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/stat", ["-c", "%a %u %g", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
