using Mayfly.Protocol.Descriptors;

namespace Mayfly.HostTests.Cells;

/// <summary>How mayfly-cells ends, by request and otherwise, and what is left then.</summary>
public sealed class EndTests(FakeParts parts) : IClassFixture<FakeParts>
{
    private const int Sigint = 2, Sigkill = 9, Sigterm = 15;

    [Theory]
    [InlineData(Sigterm)]
    [InlineData(Sigint)]
    public void Asked_to_end_it_lets_the_child_end_and_leaves_nothing(int signal)
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            cell.Ask("daemon");
            cell.Ask("deaf");

            cells.Signal(signal);

            Assert.Equal(0, cells.WaitForExit());
            cells.AssertNothingLeft();
        }
    }

    [Fact]
    public void Child_that_does_not_drain_is_killed_when_its_time_is_over()
    {
        using var cells = CellsProcess.Prepare(parts);
        cells.RunStubborn("--drain-seconds", "0", "--grace-seconds", "1");
        using var gateway = cells.NextChild();

        cells.Signal(Sigterm);

        Assert.Equal(128 + Sigkill, cells.WaitForExit());
        Assert.Contains("did not end within", cells.Log, StringComparison.Ordinal);
        cells.AssertNothingLeft();
    }

    [Fact]
    public void Child_that_the_request_to_end_meets_while_it_starts_had_nothing_to_drain()
    {
        using var cells = CellsProcess.Prepare(parts);
        cells.RunWith([], ["/bin/sleep", "60"]); // like a runtime that starts, it has no handler yet
        CellsProcess.Until(() => cells.Processes().Count == 1, "the child is there");

        cells.Signal(Sigterm);

        Assert.Equal(0, cells.WaitForExit());
        cells.AssertNothingLeft();
    }

    [Fact]
    public void Second_signal_ends_everything_at_once()
    {
        using var cells = CellsProcess.Prepare(parts);
        cells.RunStubborn("--drain-seconds", "3600");
        using var gateway = cells.NextChild();
        using var cell = gateway.Launch(1);

        cells.Signal(Sigterm);
        CellsProcess.Until(() => cells.Log.Contains("asked to end", StringComparison.Ordinal), "the first signal is noticed"); // two at once would be one
        cells.Signal(Sigterm);

        Assert.Equal(128 + Sigkill, cells.WaitForExit());
        cells.AssertNothingLeft();
    }

    [Fact]
    public void Killed_it_takes_child_mounts_and_obedient_agents_along_and_the_next_start_sweeps_the_rest()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            using var obedient = gateway.Launch(1);
            using var deaf = gateway.Launch(2);
            deaf.Ask("daemon");
            deaf.Ask("deaf");
            obedient.Dispose();
            Assert.Contains("exit code 0", gateway.WaitForStopped(1), StringComparison.Ordinal);

            cells.Signal(Sigkill);
            cells.WaitForExit();
            CellsProcess.Until(() => !CellsProcess.IsAlive(gateway.Pid), "the child is dead");
            gateway.Dispose();

            Assert.Empty(cells.Mounts());
            Assert.Equal(2, cells.Processes().Count); // the deaf agent and its daemon

            cells.Run();
            using var next = cells.NextChild();
            Assert.Equal([next.Pid], cells.Processes());
            CellsProcess.Until(() => cells.Log.Contains("swept 2 processes", StringComparison.Ordinal), "both are swept, and that is said"); // a pipe is read a little later
            using var cell = next.Launch(1);
            Assert.Equal("alive", cell.Ask("echo alive"));
        }
    }

    [Fact]
    public void Child_that_is_killed_is_started_again_and_its_cells_are_gone()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            using var cell = gateway.Launch(7);
            cell.Ask("deaf");
            using (var child = ProcessDescriptor.Open(gateway.Pid)!) ProcessDescriptor.Signal(child, Sigkill);

            gateway.WaitForEnd();
            using var next = cells.NextChild();

            Assert.NotEqual(gateway.Pid, next.Pid);
            Assert.Equal([next.Pid], cells.Processes());
            using var again = next.Launch(7); // a new conversation counts from the start
            gateway.Dispose();
        }
    }

    [Fact]
    public void Asked_to_end_between_two_children_it_does_not_wait_for_the_next()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            // Each death doubles the pause: after five, the next is over 3 seconds.
            for (var death = 0; death < 5; death++)
            {
                using (var child = ProcessDescriptor.Open(gateway.Pid)!) ProcessDescriptor.Signal(child, Sigkill);
                gateway.WaitForEnd();
                gateway.Dispose();
                if (death < 4) gateway = cells.NextChild();
            }

            CellsProcess.Until(() => cells.Log.Contains("again in 3.2 s", StringComparison.Ordinal), "the fifth death is noticed");
            var since = System.Diagnostics.Stopwatch.GetTimestamp();
            cells.Signal(Sigterm);

            Assert.Equal(0, cells.WaitForExit());
            Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds, 0, 3);
            cells.AssertNothingLeft();
        }
    }

    [Fact]
    public void Child_that_fails_at_the_first_start_is_not_started_again()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            gateway.Tell((byte)'x', 78);

            Assert.Equal(78, cells.WaitForExit());
            cells.AssertNothingLeft();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(137)]
    public void Exit_code_of_the_child_passes_through_when_it_runs_once(byte code)
    {
        var (cells, gateway) = CellsProcess.Start(parts, "--once");
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            gateway.Tell((byte)'x', code);

            Assert.Equal(code, cells.WaitForExit());
            cells.AssertNothingLeft();
        }
    }

    [Fact]
    public void Child_killed_by_a_signal_is_our_own_failure_when_it_runs_once()
    {
        var (cells, gateway) = CellsProcess.Start(parts, "--once");
        using (cells) using (gateway)
        {
            using (var child = ProcessDescriptor.Open(gateway.Pid)!) ProcessDescriptor.Signal(child, Sigkill);

            Assert.Equal(125, cells.WaitForExit());
        }
    }

    [Fact]
    public void Child_that_closes_its_control_socket_and_lives_on_is_killed_with_its_cells()
    {
        var (cells, gateway) = CellsProcess.Start(parts, "--once", "--grace-seconds", "1");
        using (cells)
        {
            using var cell = gateway.Launch(1);
            gateway.Tell((byte)'c');
            gateway.Control.Dispose();

            Assert.Equal(125, cells.WaitForExit());
            gateway.Dispose();
            cells.AssertNothingLeft();
        }
    }

    [Fact]
    public void Second_instance_on_the_same_data_directory_is_refused_and_the_first_goes_on()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                Host.CellsProgram, ["--data", cells.Data, "--image", cells.Image, "--app", cells.App, "--user", CellsProcess.User, "--", "/bin/true"]) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();

            Assert.Equal(1, process.ExitCode);
            Assert.Contains($"(process {cells.Pid})", error, StringComparison.Ordinal);
            using var cell = gateway.Launch(1);
        }
    }

    [Fact]
    public void Second_run_from_a_pool_takes_the_next_data_directory()
    {
        using var cells = CellsProcess.Prepare(parts);
        cells.Run("--pool");
        using var gateway = cells.NextChild();
        using var process = System.Diagnostics.Process.Start(
            Host.CellsProgram, ["--data", cells.Data, "--pool", "--once", "--image", cells.Image, "--app", cells.App, "--user", CellsProcess.User, "--", "/bin/true"]);
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(["1", "2"], Directory.GetDirectories(cells.Data).Select(Path.GetFileName).Order());
    }
}
