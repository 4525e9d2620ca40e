using Mayfly.Agent.Cgroups;

namespace Mayfly.UnitTests.Agent;

/// <summary>What is written to which file of v1 hierarchies, and what is read from them.</summary>
public sealed class CgroupV1Tests : IDisposable
{
    private static readonly CgroupLimits s_limits = new(256 << 20, 50_000, 100_000, 64);

    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-v1-").FullName;

    private static Dictionary<string, string> Files => new()
    {
        ["cgroup.procs"] = "",
        ["cgroup.event_control"] = "",
        ["memory.limit_in_bytes"] = "9223372036854771712\n",
        ["memory.memsw.limit_in_bytes"] = "9223372036854771712\n",
        ["memory.max_usage_in_bytes"] = "0\n",
        ["memory.oom_control"] = "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
        ["cpu.shares"] = "1024\n",
        ["cpu.cfs_quota_us"] = "-1\n",
        ["cpu.cfs_period_us"] = "100000\n",
        ["cpuacct.usage"] = "1234567890\n",
        ["pids.max"] = "max\n",
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Group_has_every_limit_and_an_entrance_for_each_hierarchy()
    {
        using var tree = Open();

        using var group = tree.Create("e1", s_limits);

        Assert.Equal("268435456", Read("memory/e1/memory.limit_in_bytes"));
        Assert.Equal("268435456", Read("memory/e1/memory.memsw.limit_in_bytes"));
        Assert.Equal("50000", Read("cpu/e1/cpu.cfs_quota_us"));
        Assert.Equal("100000", Read("cpu/e1/cpu.cfs_period_us"));
        Assert.Equal("64", Read("pids/e1/pids.max"));
        Assert.Equal(4, group.Entrances.Count);
        Assert.Matches(@"^\d+ \d+$", Read("memory/e1/cgroup.event_control"));
    }

    [Fact]
    public void Period_is_written_unless_the_kernel_has_it_from_the_start()
    {
        using var tree = Open(files: new Dictionary<string, string>(Files) { ["cpu.cfs_period_us"] = "as it was made\n" });
        using var usual = tree.Create("e1", s_limits);
        using var other = tree.Create("e2", s_limits with { CpuPeriodUs = 20_000 });

        Assert.Equal("as it was made", Read("cpu/e1/cpu.cfs_period_us"));
        Assert.Equal("20000", Read("cpu/e2/cpu.cfs_period_us"));
    }

    [Fact]
    public void Parents_are_among_the_executions_for_the_processors_time_alone()
    {
        using var tree = Open();

        tree.AddParent(41);
        tree.AddParent(42);

        Assert.Equal("42", Read("cpu/parents/cgroup.procs"));
        Assert.Equal("2048", Read("cpu/parents/cpu.shares"));
        Assert.False(Directory.Exists($"{_root}/memory/parents"));
    }

    [Fact]
    public void Group_is_behind_until_it_is_told_otherwise_and_a_weight_is_written_once()
    {
        using var tree = Open();
        using var group = tree.Create("e1", s_limits);

        Assert.Equal("102", Read("cpu/e1/cpu.shares"));
        group.SetCpuWeight(CpuWeight.Program);
        Assert.Equal("1024", Read("cpu/e1/cpu.shares"));
        Write("cpu/e1/cpu.shares", "untouched");
        group.SetCpuWeight(CpuWeight.Program);
        Assert.Equal("untouched", Read("cpu/e1/cpu.shares"));
    }

    [Fact]
    public void Without_the_lever_everything_weighs_the_same()
    {
        using var tree = Open();
        tree.SparesYield = false;

        tree.AddParent(41);
        using var group = tree.Create("e1", s_limits);
        group.SetCpuWeight(CpuWeight.Behind);

        Assert.False(Directory.Exists($"{_root}/cpu/parents"));
        Assert.Equal("1024", Read("cpu/e1/cpu.shares"));
    }

    [Fact]
    public void Controllers_mounted_together_have_one_group_and_one_entrance()
    {
        using var tree = Open(controller => controller is "cpu" or "cpuacct" ? "cpu,cpuacct" : controller);

        using var group = tree.Create("e1", s_limits);

        Assert.Equal(3, group.Entrances.Count);
        Assert.Equal("50000", Read("cpu,cpuacct/e1/cpu.cfs_quota_us"));
        Assert.Equal(1_234_567, group.ReadUsage().CpuTimeUs);
        Assert.True(group.TryRemove());
        Assert.False(Directory.Exists($"{_root}/cpu,cpuacct/e1"));
    }

    [Fact]
    public void No_cpuacct_is_no_measure_and_the_posture_says_so()
    {
        using var tree = Open(controller => controller == "cpuacct" ? null : controller);
        using var group = tree.Create("e1", s_limits);
        Enter(42);

        Assert.Null(group.ReadUsage().CpuTimeUs);
        Assert.Contains("no cpuacct", group.Inspect(s_limits, 42).Single(finding => finding.Name == "cgroup.cpu").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256 << 20, true)]
    [InlineData(100 << 20, false)]
    public void Victim_counts_as_the_groups_own_when_its_limit_was_reached(long peak, bool own)
    {
        using var tree = Open();
        using var group = tree.Create("e1", s_limits);
        Write("memory/e1/memory.max_usage_in_bytes", $"{peak}\n");
        Write("memory/e1/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");

        Assert.Equal(new CgroupUsage(peak, 1_234_567, OomKills: 2, HitMemoryLimit: own), group.ReadUsage());
    }

    [Fact]
    public void Every_layer_is_in_force_when_the_kernel_keeps_the_limits()
    {
        using var tree = Open();
        using var group = tree.Create("e1", s_limits);
        Enter(42);

        var findings = group.Inspect(s_limits, 42);

        Assert.Equal(["cgroup.memory", "cgroup.swap", "cgroup.cpu", "cgroup.pids"], findings.Select(finding => finding.Name));
        Assert.All(findings, finding => Assert.True(finding.InForce, finding.Detail));
        Assert.All(group.Inspect(s_limits, 43), finding => Assert.False(finding.InForce, finding.Name));
    }

    [Theory]
    [InlineData("memory/e1/memory.limit_in_bytes", "9223372036854771712", "cgroup.memory")]
    [InlineData("memory/e1/memory.memsw.limit_in_bytes", "9223372036854771712", "cgroup.swap")]
    [InlineData("cpu/e1/cpu.cfs_quota_us", "-1", "cgroup.cpu")]
    [InlineData("pids/e1/pids.max", "max", "cgroup.pids")]
    public void Limit_that_the_kernel_did_not_keep_is_not_in_force(string file, string value, string layer)
    {
        using var tree = Open();
        using var group = tree.Create("e1", s_limits);
        Enter(42);
        Write(file, $"{value}\n");

        Assert.Equal([layer], group.Inspect(s_limits, 42).Where(finding => !finding.InForce).Select(finding => finding.Name));
    }

    [Fact]
    public void Half_made_group_is_put_away_when_a_limit_is_refused()
    {
        using var tree = Open(files: Files.Where(file => file.Key != "pids.max").ToDictionary());

        Assert.ThrowsAny<IOException>(() => tree.Create("e1", s_limits));

        Assert.Empty(Directory.GetDirectories(_root, "e1", SearchOption.AllDirectories));
    }

    [Fact]
    public void Limits_are_written_in_the_order_that_the_kernel_takes_and_only_if_they_change()
    {
        using var tree = Open(files: new Dictionary<string, string>(Files) { ["memory.kmem.tcp.limit_in_bytes"] = "9223372036854771712\n" });
        using var group = tree.Create("e1", s_limits);
        Write("memory/e1/memory.kmem.tcp.limit_in_bytes", "untouched");
        Write("pids/e1/pids.max", "untouched");
        // With nowhere to write the one limit, what is written before it tells the order.
        File.Delete($"{_root}/memory/e1/memory.limit_in_bytes");

        Assert.ThrowsAny<IOException>(() => group.SetLimits(s_limits with { MemoryBytes = 100 << 20 }));
        Assert.Equal("268435456", Read("memory/e1/memory.memsw.limit_in_bytes"));
        Assert.ThrowsAny<IOException>(() => group.SetLimits(s_limits with { MemoryBytes = 300 << 20 }));
        Assert.Equal("314572800", Read("memory/e1/memory.memsw.limit_in_bytes"));
        Assert.Equal("untouched", Read("memory/e1/memory.kmem.tcp.limit_in_bytes"));
        Assert.Equal("untouched", Read("pids/e1/pids.max"));
    }

    [Theory]
    [InlineData(256 << 20, "16777216")]
    [InlineData(8 << 20, "8388608")]
    public void Tcp_sockets_have_their_own_limit_where_the_kernel_has_it(long memory, string limit)
    {
        using var tree = Open(files: new Dictionary<string, string>(Files) { ["memory.kmem.tcp.limit_in_bytes"] = "9223372036854771712\n" });

        using var group = tree.Create("e1", s_limits with { MemoryBytes = memory });

        Assert.Equal(limit, Read("memory/e1/memory.kmem.tcp.limit_in_bytes"));
    }

    private CgroupV1Tree Open(Func<string, string?>? mount = null, Dictionary<string, string>? files = null) => CgroupV1Tree.TryOpen(controller =>
        (mount is null ? controller : mount(controller)) is { } name ? FakeCgroupDirectory.Make($"{_root}/{name}", files ?? Files) : null)!;

    private void Enter(int pid)
    {
        foreach (var directory in Directory.GetDirectories(_root)) File.WriteAllText($"{directory}/e1/cgroup.procs", $"41\n{pid}\n");
    }

    // An ordinary file keeps what was there behind what is written over it; the kernel's do not.
    private string Read(string file) => File.ReadLines($"{_root}/{file}").FirstOrDefault("");

    private void Write(string file, string content) => File.WriteAllText($"{_root}/{file}", content);
}
