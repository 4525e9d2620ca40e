using System.Globalization;

namespace Mayfly.HostTests.Cells;

/// <summary>The container cell's wall, from inside by a hostile agent and from outside by /proc.</summary>
public sealed class WallTests(FakeParts parts) : IClassFixture<FakeParts>
{
    private const string NoV1 = "cgroup v1 is not what carries the controllers here";
    private const int Eperm = 1, Enoent = 2, Eacces = 13, Erofs = 30, Eagain = 11, Eafnosupport = 97;

    [Fact]
    public void Posture_of_a_cell_is_the_reviewed_one()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            var agent = FakeCell.AgentIn(cells, 1);
            var status = File.ReadLines($"/proc/{agent}/status").Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());

            var map = File.ReadAllText($"/proc/{agent}/uid_map").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(0, map[0]);
            Assert.InRange(map[1], 0x70000000, 0x7FFDFFFF - 65535);
            Assert.Equal(65536, map[2]);
            Assert.Equal(File.ReadAllText($"/proc/{agent}/uid_map"), File.ReadAllText($"/proc/{agent}/gid_map"));

            // SYS_ADMIN SYS_CHROOT SETUID SETGID SETPCAP KILL SYS_RESOURCE CHOWN DAC_OVERRIDE NET_ADMIN, of the cell's own user namespace.
            foreach (var set in (string[])["CapPrm", "CapEff", "CapBnd"]) Assert.Equal("00000000012411e3", status[set]);
            foreach (var set in (string[])["CapInh", "CapAmb"]) Assert.Equal("0000000000000000", status[set]);
            Assert.Equal("1", status["NoNewPrivs"]);
            Assert.Equal("2", status["Seccomp"]);
            Assert.Equal("", status["Groups"]);
            Assert.Equal("1", status["NSpid"].Split('\t')[^1]);

            foreach (var kind in (string[])["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"])
            {
                Assert.NotEqual(File.ResolveLinkTarget($"/proc/self/ns/{kind}", false)!.Name, File.ResolveLinkTarget($"/proc/{agent}/ns/{kind}", false)!.Name);
            }

            Assert.Equal(["0", "1", "2", "3"], Directory.GetFileSystemEntries($"/proc/{agent}/fd").Select(Path.GetFileName).Order());
            Assert.Equal(
                [
                    "/ ro,nosuid,nodev", "/proc rw,nosuid,nodev,noexec", "/dev ro,nosuid,noexec", "/run rw,nosuid,nodev,noexec", "/mayfly ro,nosuid,nodev",
                    .. Delegated(agent).Select(name => $"/run/cgroup/{name} rw,nosuid,nodev,noexec"),
                ],
                File.ReadLines($"/proc/{agent}/mountinfo").Select(line => line.Split(' ')).Select(fields => $"{fields[4]} {fields[5].Replace(",relatime", "", StringComparison.Ordinal)}"));
            Assert.Equal(["full", "null", "random", "urandom", "zero"], Directory.GetFileSystemEntries($"/proc/{agent}/root/dev").Select(Path.GetFileName).Order());
            Assert.Equal(["lo"], File.ReadLines($"/proc/{agent}/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()));
            Assert.Equal(["PATH", "LANG", "TZ"], File.ReadAllText($"/proc/{agent}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')[0]).Except(["HOME"]));
        }
    }

    [Fact]
    public void Two_cells_share_no_uid()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var first = gateway.Launch(1);
            using var second = gateway.Launch(2);

            Assert.NotEqual(File.ReadAllText($"/proc/{FakeCell.AgentIn(cells, 1)}/uid_map"), File.ReadAllText($"/proc/{FakeCell.AgentIn(cells, 2)}/uid_map"));
        }
    }

    // Numbers of x86-64. What the list lets through fails otherwise (EFAULT, EINVAL, …): the errno tells.
    [Theory]
    [InlineData("bpf", 321, Eperm)]
    [InlineData("perf_event_open", 298, Eperm)]
    [InlineData("userfaultfd", 323, Eperm)]
    [InlineData("io_uring_setup", 425, Eperm)]
    [InlineData("add_key", 248, Eperm)]
    [InlineData("keyctl", 250, Eperm)]
    [InlineData("ptrace", 101, Eperm)]
    [InlineData("process_vm_readv", 310, Eperm)]
    [InlineData("pidfd_getfd", 438, Eperm)]
    [InlineData("kexec_load", 246, Eperm)]
    [InlineData("finit_module", 313, Eperm)]
    [InlineData("clock_settime", 227, Eperm)]
    [InlineData("open_by_handle_at", 304, Eperm)]
    [InlineData("name_to_handle_at", 303, Eperm)]
    [InlineData("fanotify_init", 300, Eperm)]
    [InlineData("modify_ldt", 154, Eperm)]
    [InlineData("unshare CLONE_NEWUSER", 272, Eperm, "10000000")]
    [InlineData("clone CLONE_NEWUSER", 56, Eperm, "10000011")]
    [InlineData("socket AF_VSOCK", 41, Eafnosupport, "28 1 0")]
    [InlineData("socket AF_ALG", 41, Eafnosupport, "26 5 0")]
    [InlineData("socket AF_PACKET", 41, Eafnosupport, "11 3 0")]
    [InlineData("socket NETLINK_NETFILTER", 41, Eafnosupport, "10 3 c")]
    public void System_call_that_no_cell_needs_is_refused(string call, int number, int errno, string arguments = "")
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "the numbers are of x86-64");
        using var inside = new Inside(parts);

        Assert.True($"-1 {errno}" == inside.Cell.Ask($"call {number:x} {arguments}"), call);
    }

    [Theory]
    [InlineData("unshare of all that jails need", 272, "6e020000")] // NEWNS NEWUTS NEWIPC NEWPID NEWNET NEWCGROUP
    [InlineData("socket AF_UNIX", 41, "1 1 0")]
    [InlineData("socket NETLINK_ROUTE", 41, "10 3 0")]
    public void System_call_that_jails_need_is_let_through(string call, int number, string arguments)
    {
        Assert.SkipUnless(System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64, "the numbers are of x86-64");
        using var inside = new Inside(parts);

        var answer = inside.Cell.Ask($"call {number:x} {arguments}")!;

        Assert.False(answer.StartsWith('-'), $"{call}: {answer}");
    }

    [Fact]
    public void Root_file_system_program_and_devices_cannot_be_written()
    {
        using var inside = new Inside(parts);

        foreach (var path in (string[])["/tmp/new", "/mayfly/new", "/dev/new", "/sandbox/new"])
        {
            Assert.Contains(inside.Cell.Ask($"open 0x41 {path}"), (string[])[$"-1 {Erofs}", $"-1 {Eacces}"]); // O_CREAT | O_WRONLY
        }

        Assert.Equal($"-1 {Erofs}", inside.Cell.Ask("open 0x41 /tmp/new")); // open to all, by its mode
        Assert.Contains(inside.Cell.Ask("open 1 /mayfly/mayfly-agent"), (string[])[$"-1 {Erofs}", $"-1 {Eacces}"]);
    }

    [Fact]
    public void Kernel_settings_cannot_be_written()
    {
        using var inside = new Inside(parts);

        foreach (var path in (string[])["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/overcommit_memory"])
        {
            Assert.Contains(inside.Cell.Ask($"open 1 {path}"), (string[])[$"-1 {Eacces}", $"-1 {Eperm}", $"-1 {Enoent}"]);
        }
    }

    [Fact]
    public void Agent_may_make_cgroups_for_jails_and_may_not_touch_the_cells_own_limits()
    {
        using var inside = new Inside(parts);
        Assert.SkipUnless(inside.IsV1, NoV1);

        Assert.Equal("0 0", inside.Cell.Ask("mkdir /run/cgroup/memory/one"));
        Assert.Equal("8 0", inside.Cell.Ask("write /run/cgroup/memory/one/memory.limit_in_bytes 16777216"));
        Assert.Equal("0 0", inside.Cell.Ask("mkdir /run/cgroup/pids/one"));
        Assert.Equal("2 0", inside.Cell.Ask("write /run/cgroup/pids/one/pids.max 10"));
        Assert.Equal("1 0", inside.Cell.Ask("write /run/cgroup/pids/one/cgroup.procs 0"));

        Assert.Equal($"-1 {Eacces}", inside.Cell.Ask("write /run/cgroup/memory/memory.limit_in_bytes -1"));
        Assert.Equal($"-1 {Enoent}", inside.Cell.Ask("write /run/cgroup/memory/release_agent /x")); // there is none below the hierarchy's root
    }

    [Fact]
    public void Agent_may_make_cgroups_for_jails_and_may_not_touch_the_cells_own_limits_in_version_2()
    {
        using var inside = new Inside(parts);
        Assert.SkipUnless(!inside.IsV1, "cgroup v2 is not what carries the controllers here");
        const string Cell = "/run/cgroup/unified";

        Assert.Equal("0 0", inside.Cell.Ask($"mkdir {Cell}/agent"));
        Assert.Equal("1 0", inside.Cell.Ask($"write {Cell}/agent/cgroup.procs 0"));
        Assert.Equal("18 0", inside.Cell.Ask($"write {Cell}/cgroup.subtree_control +memory +cpu +pids"));
        Assert.Equal("0 0", inside.Cell.Ask($"mkdir {Cell}/jails"));
        Assert.Equal("18 0", inside.Cell.Ask($"write {Cell}/jails/cgroup.subtree_control +memory +cpu +pids"));
        Assert.Equal("0 0", inside.Cell.Ask($"mkdir {Cell}/jails/0"));
        Assert.Equal("8 0", inside.Cell.Ask($"write {Cell}/jails/0/memory.max 16777216"));
        Assert.Equal("2 0", inside.Cell.Ask($"write {Cell}/jails/0/pids.max 10"));
        Assert.Equal("1 0", inside.Cell.Ask($"write {Cell}/jails/0/cgroup.procs 0"));

        foreach (var limit in (string[])["memory.max max", "memory.swap.max max", "pids.max max", "cpu.weight 10000", "cgroup.max.descendants max", "cgroup.max.depth max"])
        {
            Assert.Contains(inside.Cell.Ask($"write {Cell}/{limit}"), (string[])[$"-1 {Eacces}", $"-1 {Enoent}"]); // no swap: no such file
        }

        // jails/0 is the second level; four are allowed.
        Assert.Equal("0 0", inside.Cell.Ask($"mkdir {Cell}/jails/0/3"));
        Assert.Equal("0 0", inside.Cell.Ask($"mkdir {Cell}/jails/0/3/4"));
        Assert.Equal($"-1 {Eagain}", inside.Cell.Ask($"mkdir {Cell}/jails/0/3/4/5"));
    }

    [Fact]
    public void Memory_beyond_the_cells_limit_ends_the_cell_and_no_other()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var greedy = gateway.Launch(1, memory: 96 << 20);
            using var other = gateway.Launch(2, memory: 96 << 20);

            Assert.Equal("0 0", greedy.Ask("touch 64"));
            greedy.Tell("touch 64");

            Assert.Contains("signal 9", gateway.WaitForStopped(1), StringComparison.Ordinal);
            Assert.Equal("fine", other.Ask("echo fine"));
        }
    }

    [Fact]
    public void Processes_beyond_the_cells_limit_are_not_started()
    {
        using var inside = new Inside(parts, processes: 32);

        Assert.Equal($"31 {Eagain}", inside.Cell.Ask("forks 100")); // and the agent
    }

    [Fact]
    public void Cgroups_nested_deeper_than_a_path_is_long_are_swept_with_the_agent_that_hides_in_them()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells)
        {
            using var cell = gateway.Launch(1);
            Assert.SkipUnless(Directory.Exists($"/proc/{FakeCell.AgentIn(cells, 1)}/root/run/cgroup/pids"), NoV1);
            Assert.Equal("1 0", cell.Ask("nest /run/cgroup/pids 100"));
            cell.Ask("deaf");

            cells.Signal(9);
            cells.WaitForExit();
            gateway.Dispose();
            cells.Run();
            using var next = cells.NextChild();

            cells.Signal(15);
            Assert.Equal(0, cells.WaitForExit());
            Assert.Contains("swept 1 processes", cells.Log, StringComparison.Ordinal);
            cells.AssertNothingLeft();
        }
    }

    [Fact]
    public void Ten_thousand_cgroups_of_a_hostile_cell_are_removed_while_others_go_on()
    {
        var (cells, gateway) = CellsProcess.Start(parts);
        using (cells) using (gateway)
        {
            using var cell = gateway.Launch(1);
            using var other = gateway.Launch(2);
            Assert.SkipUnless(Directory.Exists($"/proc/{FakeCell.AgentIn(cells, 1)}/root/run/cgroup/pids"), NoV1);
            for (var i = 0; i < 10_000; i++) Assert.Equal("0 0", cell.Ask($"mkdir /run/cgroup/pids/{i}"));

            gateway.Stop(1);
            Assert.Equal("fine", other.Ask("echo fine"));
            gateway.WaitForStopped(1);

            Assert.DoesNotContain(cells.Cgroups(), path => path.Contains("/cell-1", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Delegated(int agent) =>
        Directory.Exists($"/proc/{agent}/root/run/cgroup/unified") ? ["unified"] : ["memory", "cpu", "cpuacct", "pids"];

    /// <summary>One cell, for tests that need no more.</summary>
    private sealed class Inside : IDisposable
    {
        private readonly CellsProcess _cells;
        private readonly Puppet _gateway;

        public Inside(FakeParts parts, uint processes = 128)
        {
            (_cells, _gateway) = CellsProcess.Start(parts);
            Cell = _gateway.Launch(1, processes: processes);
        }

        public FakeCell Cell { get; }

        public bool IsV1 => Delegated(FakeCell.AgentIn(_cells, 1)).Contains("pids");

        public void Dispose()
        {
            Cell.Dispose();
            _gateway.Dispose();
            _cells.Dispose();
        }
    }
}
