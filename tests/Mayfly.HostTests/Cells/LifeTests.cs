using Mayfly.Protocol.Control;

namespace Mayfly.HostTests.Cells;

/// <summary>A cell from launch to end.</summary>
public sealed class LifeTests(FakeParts parts) : IClassFixture<FakeParts>
{
    [Fact]
    public void Gateway_is_told_launcher_image_and_bounds_first()
    {
        var (cells, gateway) = CellsProcess.Start(parts, "--max-cells", "3");
        using (cells) using (gateway)
        {
            Assert.Equal(new CellsInfo { Launcher = "container", ImageDigest = "fake", MaxCells = 3, Patience = 1 }, gateway.Info);
        }
    }

    [Fact]
    public void Launched_cell_answers_on_the_stream_that_came_with_it()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var first = gateway.Launch(1);
            using var second = gateway.Launch(2);

            Assert.Equal("one", first.Ask("echo one"));
            Assert.Equal("two", second.Ask("echo two"));
        }
    }

    [Fact]
    public void Stopped_cell_is_gone_with_its_daemons_and_cgroups_before_Stopped_is_said()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            Assert.EndsWith(" 0", cell.Ask("daemon"));
            Assert.Equal(3, cells.Processes().Count); // gateway, agent, daemon

            gateway.Stop(1);
            Assert.Equal("stopped as asked", gateway.WaitForStopped(1));

            Assert.Equal([gateway.Pid], cells.Processes());
            Assert.DoesNotContain(cells.Cgroups(), path => path.Contains("/cell-", StringComparison.Ordinal));
            Assert.Null(cell.Read());
        }
    }

    [Fact]
    public void Agent_that_ends_takes_its_cell_with_it_and_its_last_words_are_passed_on()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            cell.Ask("daemon");
            cell.Tell("exit 3");

            var reason = gateway.WaitForStopped(1);

            Assert.Contains("exit code 3", reason, StringComparison.Ordinal);
            Assert.Contains("agent: exit 3 as told", reason, StringComparison.Ordinal);
            Assert.Equal([gateway.Pid], cells.Processes());
        }
    }

    [Fact]
    public void Killed_agent_is_reported_with_its_signal()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            using var agent = Protocol.Descriptors.ProcessDescriptor.Open(FakeCell.AgentIn(cells, 1))!;
            Protocol.Descriptors.ProcessDescriptor.Signal(agent, 9);

            Assert.Contains("signal 9", gateway.WaitForStopped(1), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Agent_notices_at_once_when_the_gateway_drops_its_stream()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            gateway.Launch(1).Dispose();

            // Only because mayfly-cells has kept no copy of either end.
            Assert.Contains("exit code 0", gateway.WaitForStopped(1), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cell_that_screams_is_cut_off_and_the_others_go_on()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var loud = gateway.Launch(1);
            using var quiet = gateway.Launch(2);

            Assert.StartsWith("-1 ", loud.Ask($"scream {64 << 20}"), StringComparison.Ordinal);
            Assert.Equal("still here", quiet.Ask("echo still here"));
            loud.Tell("exit 1");
            Assert.InRange(gateway.WaitForStopped(1).Length, 1, 1024);
        }
    }

    [Fact]
    public void Agent_that_cannot_run_is_named_and_nothing_is_left_of_its_cell()
    {
        using var cells = CellsProcess.Prepare(parts);
        File.WriteAllText(Path.Combine(cells.App, "cell/mayfly-agent"), "no program");
        cells.Run();
        using var gateway = cells.NextChild();

        gateway.Send(Puppet.LaunchOf(1));
        var message = gateway.Receive().Message;
        if (message.Launched is not null) message = gateway.Receive().Message; // runc does not wait for what its exec comes to

        Assert.Contains("/mayfly/mayfly-agent", message.LaunchFailed?.Reason ?? message.Stopped.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(cells.Cgroups(), path => path.Contains("/cell-", StringComparison.Ordinal));
    }

    [Fact]
    public void Program_without_an_agent_is_not_started()
    {
        using var cells = CellsProcess.Prepare(parts);
        File.Delete(Path.Combine(cells.App, "cell/mayfly-agent"));
        cells.Run();

        Assert.Equal(1, cells.WaitForExit());
        Assert.Contains("cell/mayfly-agent is missing", cells.Log, StringComparison.Ordinal);
        cells.AssertNothingLeft();
    }

    [Fact]
    public void Cell_stopped_while_it_starts_never_appears()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            gateway.Send(Puppet.LaunchOf(1));
            gateway.Stop(1);

            var message = gateway.Receive().Message;
            if (message.MessageCase == FromCells.MessageOneofCase.Launched) message = gateway.Receive().Message; // it was faster

            Assert.True(message.LaunchFailed is not null || message.Stopped is not null, message.ToString());
            Assert.Equal([gateway.Pid], cells.Processes());
        }
    }

    [Fact]
    public void A_hundred_cells_one_after_another_leave_no_descriptor_process_or_file()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            gateway.Launch(1).Dispose();
            gateway.WaitForStopped(1);
            var before = Descriptors(cells.Pid);

            for (uint cell = 2; cell <= 100; cell++)
            {
                using (gateway.Launch(cell)) gateway.Stop(cell);
                gateway.WaitForStopped(cell);
            }

            CellsProcess.Until(() => Descriptors(cells.Pid) <= before, $"no more descriptors as before ({before})");
            Assert.Equal([gateway.Pid], cells.Processes());
            Assert.Empty(Directory.GetDirectories($"/proc/{cells.Pid}/root/run/mayfly/cells"));
            Assert.Empty(Directory.GetDirectories($"/proc/{cells.Pid}/root/run/mayfly/runc"));
            Assert.DoesNotContain(Directory.GetDirectories("/proc"), process => File.Exists($"{process}/stat") && IsZombieOf(process, cells.Pid));
        }
    }

    private static int Descriptors(int pid) => Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length;

    private static bool IsZombieOf(string process, int parent)
    {
        try
        {
            var stat = File.ReadAllText($"{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" && fields[1] == $"{parent}";
        }
        catch (IOException)
        {
            return false;
        }
    }
}
