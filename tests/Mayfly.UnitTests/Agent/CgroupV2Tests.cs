using Mayfly.Agent.Cgroups;

namespace Mayfly.UnitTests.Agent;

/// <summary>What is written to which file of a v2 tree, and what is read from it.</summary>
public sealed class CgroupV2Tests : IDisposable
{
    private static readonly CgroupLimits s_limits = new(256 << 20, 50_000, 100_000, 64);

    private readonly string _root = Directory.CreateTempSubdirectory("cgroup-v2-").FullName;

    internal static Dictionary<string, string> Files(string controllers = "cpuset cpu io memory pids") => new()
    {
        ["cgroup.controllers"] = controllers + "\n",
        ["cgroup.subtree_control"] = "",
        ["cgroup.procs"] = "",
        ["cgroup.kill"] = "",
        ["memory.max"] = "max\n",
        ["memory.swap.max"] = "max\n",
        ["memory.oom.group"] = "0\n",
        ["memory.peak"] = "0\n",
        ["memory.events"] = "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n",
        ["cpu.weight"] = "100\n",
        ["cpu.max"] = "max 100000\n",
        ["cpu.stat"] = "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n",
        ["pids.max"] = "max\n",
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Agent_moves_to_a_leaf_before_controllers_are_enabled()
    {
        using var tree = Open(Files());

        Assert.Equal("0", Read("agent/cgroup.procs"));
        Assert.Equal(["memory", "cpu", "pids"], tree.Enabled);
        // The kernel takes each write as one command; the file keeps the last.
        Assert.Equal("+pids", Read("cgroup.subtree_control"));
        Assert.Equal("+pids", Read("jails/cgroup.subtree_control"));
    }

    [Fact]
    public void Agent_counts_for_eight_times_all_executions_together()
    {
        using var tree = Open(Files());

        Assert.Equal("800", Read("agent/cpu.weight"));
        Assert.Equal("100", Read("jails/cpu.weight"));
    }

    [Fact]
    public void Parents_have_a_group_among_the_executions()
    {
        using var tree = Open(Files());

        tree.AddParent(41);
        tree.AddParent(42);

        Assert.Equal("42", Read("jails/parents/cgroup.procs"));
        Assert.Equal("200", Read("jails/parents/cpu.weight"));
    }

    [Fact]
    public void Group_is_behind_until_it_is_told_otherwise()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);

        Assert.Equal("10", Read("jails/e1/cpu.weight"));
        group.SetCpuWeight(CpuWeight.Program);
        Assert.Equal("100", Read("jails/e1/cpu.weight"));
    }

    [Fact]
    public void Without_the_lever_everything_weighs_the_same()
    {
        using var tree = Open(Files());
        tree.SparesYield = false;

        tree.AddParent(41);
        using var group = tree.Create("e1", s_limits);
        group.SetCpuWeight(CpuWeight.Behind);

        Assert.False(Directory.Exists($"{_root}/jails/parents"));
        Assert.Equal("100", Read("jails/e1/cpu.weight"));
    }

    [Fact]
    public void Group_has_every_limit_before_a_process_is_in_it()
    {
        using var tree = Open(Files());

        using var group = tree.Create("e1", s_limits);

        Assert.Equal("268435456", Read("jails/e1/memory.max"));
        Assert.Equal("0", Read("jails/e1/memory.swap.max"));
        Assert.Equal("1", Read("jails/e1/memory.oom.group"));
        Assert.Equal("50000 100000", Read("jails/e1/cpu.max"));
        Assert.Equal("64", Read("jails/e1/pids.max"));
        Assert.Single(group.Entrances);
    }

    [Fact]
    public void No_quota_is_written_as_max()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);

        group.SetLimits(s_limits with { CpuQuotaUs = CgroupLimits.NoCpuQuota });

        Assert.Equal("max 100000", Read("jails/e1/cpu.max"));
    }

    [Fact]
    public void Usage_is_read_from_peak_events_and_stat()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/memory.peak", "104857600\n");
        Write("jails/e1/memory.events", "low 0\nhigh 0\nmax 17\noom 2\noom_kill 3\noom_group_kill 1\n");

        Assert.Equal(new CgroupUsage(104857600, 1234567, OomKills: 3, HitMemoryLimit: true), group.ReadUsage());
    }

    [Fact]
    public void Victim_of_a_group_above_did_not_reach_its_own_limit()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 1\n");

        Assert.Equal((1, false), ((int)group.ReadUsage().OomKills, group.ReadUsage().HitMemoryLimit));
    }

    [Fact]
    public void Every_layer_is_in_force_when_the_kernel_keeps_the_limits()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/cgroup.procs", "41\n42\n");

        var findings = group.Inspect(s_limits, 42);

        Assert.Equal(["cgroup.memory", "cgroup.swap", "cgroup.cpu", "cgroup.pids"], findings.Select(finding => finding.Name));
        Assert.All(findings, finding => Assert.True(finding.InForce, finding.Detail));
    }

    [Fact]
    public void No_layer_is_in_force_when_the_child_is_elsewhere()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/cgroup.procs", "41\n");

        Assert.All(group.Inspect(s_limits, 42), finding => Assert.False(finding.InForce, finding.Name));
    }

    [Theory]
    [InlineData("memory.max", "cgroup.memory")]
    [InlineData("memory.swap.max", "cgroup.swap")]
    [InlineData("cpu.max", "cgroup.cpu")]
    [InlineData("pids.max", "cgroup.pids")]
    public void Limit_that_the_kernel_did_not_keep_is_not_in_force(string file, string layer)
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/cgroup.procs", "42\n");
        Write($"jails/e1/{file}", "max\n");

        Assert.Equal([layer], group.Inspect(s_limits, 42).Where(finding => !finding.InForce).Select(finding => finding.Name));
    }

    [Theory]
    [InlineData("cpu pids", "cgroup.memory")]
    [InlineData("memory pids", "cgroup.cpu")]
    [InlineData("memory cpu", "cgroup.pids")]
    public void Controller_that_was_not_delegated_is_named(string controllers, string layer)
    {
        using var tree = Open(Files(controllers));
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/cgroup.procs", "42\n");

        var missing = group.Inspect(s_limits, 42).Where(finding => !finding.InForce).ToArray();

        Assert.Equal(layer, missing[0].Name);
        Assert.Contains("not delegated", missing[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Group_with_a_process_in_it_is_not_removed_and_an_empty_one_is()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);
        Write("jails/e1/cgroup.procs", "42\n");

        Assert.False(group.TryRemove());
        Write("jails/e1/cgroup.procs", "");
        Assert.True(group.TryRemove());
        Assert.True(group.TryRemove());
        Assert.False(Directory.Exists($"{_root}/jails/e1"));
    }

    [Fact]
    public void Kill_uses_the_kernels_own()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);

        group.Kill();

        Assert.Equal("1", Read("jails/e1/cgroup.kill"));
    }

    [Fact]
    public void Group_that_exists_already_is_not_taken()
    {
        using var tree = Open(Files());
        using var group = tree.Create("e1", s_limits);

        Assert.Throws<IOException>(() => tree.Create("e1", s_limits));
    }

    [Fact]
    public void Directory_that_is_no_cgroup_is_no_tree()
    {
        Assert.Null(CgroupV2Tree.TryOpen($"{_root}/absent"));
        Assert.Null(CgroupV2Tree.TryOpen(FakeCgroupDirectory.Make($"{_root}/empty", new Dictionary<string, string>())));
    }

    private CgroupV2Tree Open(Dictionary<string, string> files) => CgroupV2Tree.TryOpen(FakeCgroupDirectory.Make(_root, files))!;

    // An ordinary file keeps what was there behind what is written over it; the kernel's do not.
    private string Read(string file) => File.ReadLines($"{_root}/{file}").FirstOrDefault("");

    private void Write(string file, string content) => File.WriteAllText($"{_root}/{file}", content);
}
