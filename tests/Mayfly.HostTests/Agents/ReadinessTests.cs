using System.Diagnostics;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>A cell is ready when every layer is in force and every attack failed, and says why if not.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public void Hello_names_versions_layers_and_checks()
    {
        using var cell = CellUnderTest.Boot(slots: 3);

        Assert.Equal(3u, cell.Hello.Slots);
        Assert.Equal([Language.Python, Language.Javascript], cell.Hello.Runtimes.Select(runtime => runtime.Language).Order());
        Assert.All(cell.Hello.Runtimes, runtime => Assert.Matches(@"^\d+\.\d+\.\d+$", runtime.Version));
        Assert.All(cell.Hello.Posture, layer => Assert.True(layer.InForce, $"{layer.Name}: {layer.Detail}"));
        Assert.All(cell.Hello.SelfTest, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        Assert.InRange(cell.Hello.SelfTest.Count, 12, 30);
        Assert.Equal(
            [
                "capabilities", "cell.capabilities", "cell.no_network", "cell.no_new_privs", "cell.read_only_root", "cell.seccomp", "cell.user_namespace",
                "cgroup.cpu", "cgroup.memory", "cgroup.pids", "cgroup.swap", "descriptors", "dev_minimal", "identity", "landlock",
                "namespace.cgroup", "namespace.ipc", "namespace.mnt", "namespace.net", "namespace.pid", "namespace.uts",
                "no_network", "no_new_privs", "no_sys", "not_pid_1", "proc_masked", "read_only_root", "rlimits", "seccomp", "seccomp.policy", "writable_limited",
            ],
            cell.Hello.Posture.Select(layer => layer.Name).Order(StringComparer.Ordinal));
        TestContext.Current.TestOutputHelper!.WriteLine($"launch to Hello: {cell.BootTime.TotalMilliseconds:F0} ms, CPU {cell.CpuTime?.TotalMilliseconds:F0} ms");
    }

    public static TheoryData<string> Controllers => ["memory", "cpu", "pids"];

    [Theory, MemberData(nameof(Controllers))]
    public void Missing_cgroup_controller_is_named_and_means_not_ready(string controller)
    {
        using var cell = CellUnderTest.Launch(WithoutMount($"/run/cgroup/{controller}"));
        SkipOnV2(cell);

        cell.Configure(slots: 4);

        var reason = cell.Receive().NotReady.Reason;
        Assert.Contains($"cgroup.{(controller == "memory" ? "" : controller)}", reason, StringComparison.Ordinal);
        cell.WaitForEnd();
    }

    // What may be read and not be written gives no right either.
    [Theory, MemberData(nameof(Controllers))]
    public void Cgroup_controller_without_the_right_to_write_is_named_and_means_not_ready(string controller)
    {
        using var cell = CellUnderTest.Launch(config => config with
        {
            Mounts = [.. config.Mounts.Select(mount => mount.Destination == $"/run/cgroup/{controller}" ? mount with { Options = [.. mount.Options.Where(option => option != "rw"), "ro"] } : mount)],
        });
        SkipOnV2(cell);

        cell.Configure(slots: 4);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains($"/run/cgroup/{controller}", reason, StringComparison.Ordinal);
        Assert.Contains("EROFS", reason, StringComparison.Ordinal);
        cell.WaitForEnd();
    }

    // A kernel without swap accounting: the file that limits swap cannot be opened.
    private static Func<OciConfig, OciConfig> WithoutSwapLimit(long swapKibibytes) => config =>
    {
        var directory = System.IO.Path.GetDirectoryName(config.Mounts.Single(mount => mount.Destination == "/mayfly").Source)!;
        var (closed, memory) = ($"{directory}/closed", $"{directory}/meminfo");
        System.IO.File.WriteAllText(closed, "");
        System.IO.File.SetUnixFileMode(closed, UnixFileMode.None);
        System.IO.File.WriteAllLines(memory, System.IO.File.ReadLines("/proc/meminfo").Select(line => line.StartsWith("SwapTotal:", StringComparison.Ordinal) ? $"SwapTotal: {swapKibibytes} kB" : line));
        return config with
        {
            Mounts =
            [
                .. config.Mounts,
                new OciMount("/run/cgroup/memory/memory.memsw.limit_in_bytes", "bind", closed, ["bind", "ro"]),
                new OciMount("/proc/meminfo", "bind", memory, ["bind", "ro"]),
            ],
        };
    };

    [Fact]
    public void Host_with_swap_and_without_a_limit_for_it_is_named_with_the_remedies_and_means_not_ready()
    {
        SkipOnV2();
        using var cell = CellUnderTest.Launch(WithoutSwapLimit(4 << 20));

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains("layer cgroup.swap is not in force", reason, StringComparison.Ordinal);
        Assert.Contains("swapoff -a, or boot the host with swapaccount=1", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_without_swap_needs_no_limit_for_it()
    {
        SkipOnV2();
        using var cell = CellUnderTest.Launch(WithoutSwapLimit(0));

        cell.Configure(slots: 1);

        var layer = cell.Receive().Hello.Posture.Single(layer => layer.Name == "cgroup.swap");
        Assert.True(layer.InForce);
        Assert.Contains("the host has no swap", layer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Waived_layer_is_shown_and_does_not_keep_the_cell_from_work()
    {
        using var cell = CellUnderTest.Launch(WithoutMount("/run/cgroup/pids"));
        SkipOnV2(cell);

        cell.Configure(slots: 4, configure => configure.WaivedLayers.Add("cgroup.pids"));

        var hello = cell.Receive().Hello;
        Assert.False(Assert.Single(hello.Posture, layer => layer.Name == "cgroup.pids").InForce);
        Assert.DoesNotContain(hello.SelfTest, check => check.Name == "process limit");
        Assert.Equal("1\n", cell.Python("print(1)").Stdout);
    }

    // The heaviest import alone needs seconds of this: whoever asked for all of it within a time would be right on a machine that has more to give only.
    [Fact, Trait("Speed", "slow")]
    public void Cell_that_gets_little_of_the_machine_is_ready_late_and_shows_that_it_goes_on()
    {
        using var cell = CellUnderTest.Launch();
        cell.Starve(percent: 10);

        cell.Configure(slots: 4, configure =>
        {
            configure.Tiers.AddRange(Tiers.WithLibraries);
            // No group may be given more than the one above it.
            configure.Limits.CpuQuotaUs = configure.Limits.CpuPeriodUs / 10;
        });

        var since = Stopwatch.GetTimestamp();
        var answer = cell.Receive();
        Assert.True(answer.Hello is not null, answer.NotReady?.Reason);
        Assert.InRange(cell.BootSteps, 2 * answer.Hello.SelfTest.Count, (int)FrameLimits.MaxBootSteps);
        TestContext.Current.TestOutputHelper!.WriteLine($"Configure to Hello with a tenth of a processor: {Stopwatch.GetElapsedTime(since).TotalSeconds:F0} s, {cell.BootSteps} signs of life");
    }

    [Fact]
    public void Cell_without_a_filter_of_its_own_is_not_ready()
    {
        using var cell = CellUnderTest.Launch(config => config with { Linux = config.Linux with { Seccomp = null! } });

        cell.Configure(slots: 4);

        Assert.Contains("cell.seccomp", cell.Receive().NotReady.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cell_with_one_capability_too_many_is_not_ready()
    {
        using var cell = CellUnderTest.Launch(config =>
        {
            string[] more = [.. config.Process.Capabilities.Bounding, "CAP_SYS_PTRACE"];
            return config with { Process = config.Process with { Capabilities = new OciCapabilities(more, more, more, [], []) } };
        });

        cell.Configure(slots: 4);

        Assert.Contains("cell.capabilities", cell.Receive().NotReady.Reason, StringComparison.Ordinal);
    }

    /// <summary>A layer of the cell's wall, and the configuration without it.</summary>
    public static TheoryData<string> WallLayers => ["cell.no_new_privs", "cell.read_only_root"];

    [Theory, MemberData(nameof(WallLayers))]
    public void Layer_that_the_launcher_left_out_is_named_and_means_not_ready(string layer)
    {
        var since = Stopwatch.GetTimestamp();
        using var cell = CellUnderTest.Launch(config => layer switch
        {
            "cell.no_new_privs" => config with { Process = config.Process with { NoNewPrivileges = false } },
            _ => config with { Root = config.Root with { Readonly = false } },
        });

        cell.Configure(slots: 1);

        Assert.Contains(layer, cell.Receive().NotReady.Reason, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Root_of_a_cell_that_is_the_hosts_root_means_not_ready()
    {
        // The rest of the range stays the cell's: its cgroups are the first one's.
        static OciIdMapping[] HostsRoot(IReadOnlyList<OciIdMapping> mappings) => [new(0, 0, 1), new(1, mappings[0].HostId, mappings[0].Size - 1)];
        using var cell = CellUnderTest.Launch(config => config with
        {
            Linux = config.Linux with { UidMappings = HostsRoot(config.Linux.UidMappings), GidMappings = HostsRoot(config.Linux.GidMappings) },
        });

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains("layer cell.user_namespace is not in force", reason, StringComparison.Ordinal);
        Assert.Contains("the launcher must give the cell a user namespace", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Cell_in_the_hosts_network_is_not_ready()
    {
        using var cell = CellUnderTest.Launch(config => config with
        {
            Linux = config.Linux with { Namespaces = [.. config.Linux.Namespaces.Where(space => space.Type != "network")] },
        });

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains("layer cell.no_network is not in force: interfaces: ", reason, StringComparison.Ordinal);
        Assert.Contains("\"mayfly doctor\" lists the layers and their cures", reason, StringComparison.Ordinal);
    }

    // To the jail, a kernel that was booted without it and a filter that answers ENOSYS are the same.
    private static Func<OciConfig, OciConfig> WithoutLandlock { get; } = config => config with
    {
        Linux = config.Linux with
        {
            Seccomp = config.Linux.Seccomp with { Syscalls = [.. config.Linux.Seccomp.Syscalls, new OciSyscalls(["landlock_create_ruleset"], "SCMP_ACT_ERRNO", 38)] },
        },
    };

    [Fact]
    public void Kernel_without_Landlock_is_named_with_the_remedies_and_means_not_ready()
    {
        using var cell = CellUnderTest.Launch(WithoutLandlock);

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains("layer landlock is not in force", reason, StringComparison.Ordinal);
        Assert.Contains("waive the layer by name", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_without_Landlock_serves_when_the_operator_gave_the_layer_up_and_says_so()
    {
        using var cell = CellUnderTest.Launch(WithoutLandlock);

        cell.Configure(slots: 1, configure => configure.WaivedLayers.Add("landlock"));

        var hello = cell.Receive().Hello;
        Assert.Equal("landlock", Assert.Single(hello.Posture, layer => !layer.InForce).Name);
        Assert.Equal("1\n", cell.Python("print(1)").Stdout);
    }

    /// <summary>What happened to the file with the filter.</summary>
    public static TheoryData<string> FilterFaults => ["missing", "empty", "cut in an instruction", "cut after an instruction", "is another policy's", "allows everything"];

    [Theory, MemberData(nameof(FilterFaults))]
    public void Filter_that_cannot_be_loaded_or_refuses_nothing_means_not_ready(string fault)
    {
        using var cell = CellUnderTest.Launch(config => WithFilter(config, bytes => fault switch
        {
            "missing" => null,
            "empty" => [],
            "cut in an instruction" => bytes[..^3],
            "cut after an instruction" => bytes[..8],
            "is another policy's" => Another(bytes),
            _ => s_allow,
        }));

        cell.Configure(slots: 1);

        Assert.Contains(fault is "allows everything" or "is another policy's" ? "layer seccomp.policy is not in force" : "layer seccomp:", cell.Receive().NotReady?.Reason ?? "ready", StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_that_the_operator_chose_and_that_refuses_nothing_is_found_by_the_self_test()
    {
        using var cell = CellUnderTest.Launch(config => WithFilter(config, _ => s_allow));

        cell.Configure(slots: 1, configure => configure.WaivedLayers.Add("seccomp.policy"));

        Assert.Contains("self-test failed at seccomp answers", cell.Receive().NotReady?.Reason ?? "ready", StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_that_the_operator_chose_serves_and_shows()
    {
        using var cell = CellUnderTest.Launch(config => WithFilter(config, Another));

        cell.Configure(slots: 1, configure => configure.WaivedLayers.Add("seccomp.policy"));

        var layer = Assert.Single(cell.Receive().Hello.Posture, layer => !layer.InForce);
        Assert.Equal("seccomp.policy", layer.Name);
        Assert.Contains("differ from instruction", layer.Detail, StringComparison.Ordinal);
        Assert.Equal("1\n", cell.Python("print(1)").Stdout);
    }

    // BPF_RET | BPF_K, SECCOMP_RET_ALLOW.
    private static readonly byte[] s_allow = [6, 0, 0, 0, 0, 0, 0xff, 0x7f];

    // As strict, and not what was built: one more return, which nothing comes to.
    private static byte[] Another(byte[] bytes) => [.. bytes, 6, 0, 0, 0, 0, 0, 0, 0x80];

    private static OciConfig WithFilter(OciConfig config, Func<byte[], byte[]?> change)
    {
        var filter = System.IO.Path.Combine(config.Mounts.Single(mount => mount.Destination == "/mayfly").Source, "seccomp.bpf");
        var changed = change(System.IO.File.ReadAllBytes(filter));
        System.IO.File.Delete(filter);
        if (changed is not null) System.IO.File.WriteAllBytes(filter, changed);
        return config;
    }

    [Fact]
    public void Cell_in_which_the_jails_template_cannot_be_made_is_not_ready()
    {
        using var cell = CellUnderTest.Launch(config =>
        {
            var empty = System.IO.Directory.CreateDirectory($"{System.IO.Path.GetDirectoryName(config.Mounts.Single(mount => mount.Destination == "/mayfly").Source)}/no-devices").FullName;
            System.IO.File.WriteAllText($"{empty}/null", "");
            return config with { Mounts = [.. config.Mounts.Select(mount => mount.Destination == "/dev" ? new OciMount("/dev", "bind", empty, ["bind", "ro"]) : mount)] };
        });

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady?.Reason ?? "ready";
        Assert.Contains("Dev: ENOENT", reason, StringComparison.Ordinal);
        Assert.Contains("failed 5 times in a row", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Capability_that_the_jailer_needs_is_missed_with_its_step()
    {
        using var cell = CellUnderTest.Launch(config =>
        {
            string[] fewer = [.. config.Process.Capabilities.Bounding.Where(name => name != "CAP_SETPCAP")];
            return config with { Process = config.Process with { Capabilities = new OciCapabilities(fewer, fewer, fewer, [], []) } };
        });

        cell.Configure(slots: 1);

        var reason = cell.Receive().NotReady.Reason;
        Assert.Contains("Capabilities: EPERM", reason, StringComparison.Ordinal);
        Assert.Contains("failed 5 times in a row", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Gateway_of_another_version_is_refused()
    {
        using var cell = CellUnderTest.Launch();

        cell.Configure(slots: 1, configure => configure.ProtocolVersion = FrameLimits.ProtocolVersion + 1);

        Assert.Contains("protocol version", cell.Receive().NotReady.Reason, StringComparison.Ordinal);
        cell.WaitForEnd();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Number_of_slots_out_of_bounds_is_refused(int slots)
    {
        using var cell = CellUnderTest.Launch();

        cell.Configure(slots);

        Assert.Contains($"slots is {slots}", cell.Receive().NotReady.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Execute_before_Hello_is_refused()
    {
        using var cell = CellUnderTest.Launch();

        cell.Send(new ToAgent { Execute = new Execute { Id = 1 } });

        Assert.Contains("before Hello", cell.Receive().NotReady.Reason, StringComparison.Ordinal);
    }

    private static Func<OciConfig, OciConfig> WithoutMount(string destination) => config =>
        config with { Mounts = [.. config.Mounts.Where(mount => mount.Destination != destination)] };

    private static void SkipOnV2() => Assert.SkipUnless(System.IO.Directory.Exists("/sys/fs/cgroup/memory"), "cgroup v2 limits swap wherever it limits memory");

    private static void SkipOnV2(CellUnderTest cell) =>
        Assert.SkipUnless(cell.ExecutionCgroups() is not null && System.IO.Directory.Exists("/sys/fs/cgroup/memory"), "the controllers are v2's, which are not mounted one by one");
}
