using Mayfly.Cells;
using Mayfly.Cells.Cgroups;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.UnitTests.Cells;

/// <summary>cgroup v2 against a kernel in memory that refuses what the real one refuses.</summary>
public sealed class CgroupV2Tests
{
    private const string Root = "/sys/fs/cgroup";
    private const string Instance = $"{Root}/mayfly-0123456789ab";
    private static readonly string[] s_mounts = ["25 1 0:22 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate"];
    private static readonly CellLimits s_limits = new(1 << 30, 500, 50);

    private static FakeCgroupFiles Kernel(string controllers = "cpuset cpu io memory hugetlb pids", params string[] without) => new(
        new Dictionary<string, Dictionary<string, string>>
        {
            [Root] = new() { ["cgroup.controllers"] = controllers + "\n", ["cgroup.subtree_control"] = "cpu memory", ["cgroup.procs"] = "" },
        },
        [.. ((string[])
        [
            "cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "cgroup.kill", "cgroup.max.depth", "cgroup.max.descendants",
            "memory.max", "memory.swap.max", "pids.max", "cpu.weight",
        ]).Except(without)]);

    private static (FakeCgroupFiles Kernel, ICgroups Cgroups) Make(FakeCgroupFiles? kernel = null)
    {
        kernel ??= Kernel();
        var cgroups = CgroupMounts.Find(s_mounts, kernel, "0123456789ab");
        cgroups.CreateInstance();
        return (kernel, cgroups);
    }

    [Fact]
    public void Version_2_is_found_where_it_carries_the_controllers() => Assert.Equal("v2", Make().Cgroups.Version);

    [Fact]
    public void Controllers_are_enabled_down_to_the_cell_and_only_those_that_are_not()
    {
        var (kernel, _) = Make();

        Assert.Equal(
            [$"{Root}/cgroup.subtree_control +pids", $"{Instance}/cgroup.subtree_control +memory", $"{Instance}/cgroup.subtree_control +cpu", $"{Instance}/cgroup.subtree_control +pids"],
            kernel.Written);
    }

    [Fact]
    public void Cell_has_its_limits_without_swap_before_anybody_is_in_it()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", s_limits, owner: 0x70000000);

        Assert.Equal("1073741824", kernel.Read($"{Instance}/cell-1/memory.max"));
        Assert.Equal("0", kernel.Read($"{Instance}/cell-1/memory.swap.max"));
        Assert.Equal("500", kernel.Read($"{Instance}/cell-1/pids.max"));
        Assert.Equal("50", kernel.Read($"{Instance}/cell-1/cpu.weight"));
        Assert.Equal("256", kernel.Read($"{Instance}/cell-1/cgroup.max.descendants"));
        Assert.Equal("4", kernel.Read($"{Instance}/cell-1/cgroup.max.depth"));
    }

    [Fact]
    public void Kernel_without_swap_is_no_obstacle_and_one_without_pids_is()
    {
        var (_, cgroups) = Make(Kernel(without: "memory.swap.max"));
        cgroups.CreateCell("cell-1", s_limits, owner: 1);

        Assert.Throws<KernelException>(() => Make(Kernel(without: "pids.max")).Cgroups.CreateCell("cell-1", s_limits, owner: 1));
    }

    [Fact]
    public void Cells_root_owns_what_delegation_names_and_no_limit()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", s_limits, owner: 0x70000000);

        Assert.Equal(
            [$"{Instance}/cell-1", $"{Instance}/cell-1/cgroup.procs", $"{Instance}/cell-1/cgroup.subtree_control", $"{Instance}/cell-1/cgroup.threads"],
            kernel.Owners.Keys.Order(StringComparer.Ordinal));
        Assert.All(kernel.Owners.Values, owner => Assert.Equal(0x70000000u, owner));
        Assert.Equal([new DelegatedCgroup("unified", null)], cgroups.DelegatedTo("cell-1"));
        Assert.Equal("/mayfly-0123456789ab/cell-1", cgroups.PathOf("cell-1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // before Linux 5.14
    public void Killing_a_cell_kills_what_is_in_and_below_it_and_nobody_else(bool hasKill)
    {
        var (kernel, cgroups) = Make(hasKill ? Kernel() : Kernel(without: "cgroup.kill"));
        cgroups.CreateGateway();
        cgroups.EnterGateway(10);
        cgroups.CreateCell("cell-1", s_limits, owner: 1);
        cgroups.CreateCell("cell-2", s_limits, owner: 2);
        kernel.Make($"{Instance}/cell-1/jails");
        kernel.Write($"{Instance}/cell-1/cgroup.procs", "11");
        kernel.Write($"{Instance}/cell-1/jails/cgroup.procs", "12");
        kernel.Write($"{Instance}/cell-2/cgroup.procs", "13");

        Assert.Equal([11, 12], cgroups.Kill("cell-1").Order());

        Assert.Equal([10, 13], kernel.MembersOf(Instance).Order());
        Assert.Equal(hasKill, kernel.Written.Contains($"{Instance}/cell-1/cgroup.kill 1"));
        Assert.Empty(cgroups.Kill("cell-1"));
    }

    [Fact]
    public void Removing_takes_everything_below_and_nothing_while_somebody_is_in_it()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", s_limits, owner: 1);
        kernel.Make($"{Instance}/cell-1/jails");
        kernel.Write($"{Instance}/cell-1/jails/cgroup.procs", "12");

        Assert.False(cgroups.TryRemove("cell-1"));
        cgroups.Kill("cell-1");
        Assert.True(cgroups.TryRemove("cell-1"));
        Assert.True(cgroups.TryRemove("cell-1")); // nothing is there: as good as removed
        Assert.Contains(Instance, kernel.Directories);
        Assert.True(cgroups.TryRemove(null));
        Assert.Equal([Root], kernel.Directories);
    }

    [Theory]
    [InlineData("cpu io pids", "memory")]
    [InlineData("memory pids", "cpu")]
    [InlineData("", "memory, cpu, pids")]
    public void Missing_controller_is_named_and_nothing_starts(string controllers, string missing)
    {
        var failure = Assert.Throws<StartException>(() => CgroupMounts.Find(s_mounts, Kernel(controllers), "0123456789ab"));

        Assert.Contains($"lacks {missing},", failure.Message, StringComparison.Ordinal);
    }
}
