using Mayfly.Cells;
using Mayfly.Cells.Cgroups;

namespace Mayfly.UnitTests.Cells;

/// <summary>cgroup v1 against a kernel in memory; the real one is in the host tests.</summary>
public sealed class CgroupV1Tests
{
    private const string Name = "mayfly-0123456789ab";

    // cpu and cpuacct in one hierarchy, as systemd mounts them, others that runc uses, and a v2 tree without controllers.
    private static readonly string[] s_mounts =
    [
        "30 1 0:26 / /sys/fs/cgroup ro,nosuid shared:8 - tmpfs tmpfs ro,mode=755",
        "31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw",
        "32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct",
        "33 30 0:29 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory",
        "34 30 0:30 / /sys/fs/cgroup/pids rw,nosuid shared:12 - cgroup cgroup rw,pids",
        "35 30 0:31 / /sys/fs/cgroup/devices rw,nosuid shared:13 - cgroup cgroup rw,devices",
    ];

    private static readonly string[] s_roots = [.. ((string[])["unified", "cpu,cpuacct", "memory", "pids", "devices"]).Select(name => $"/sys/fs/cgroup/{name}")];

    private static FakeCgroupFiles Kernel(params string[] without) => new(
        s_roots.ToDictionary(root => root, root => new Dictionary<string, string> { ["cgroup.procs"] = "", ["cgroup.controllers"] = "" }),
        [.. ((string[])["cgroup.procs", "tasks", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.swappiness", "memory.use_hierarchy", "pids.max", "cpu.shares"]).Except(without)]);

    private static (FakeCgroupFiles Kernel, ICgroups Cgroups) Make(FakeCgroupFiles? kernel = null)
    {
        kernel ??= Kernel();
        var cgroups = CgroupMounts.Find(s_mounts, kernel, "0123456789ab");
        cgroups.CreateInstance();
        return (kernel, cgroups);
    }

    [Fact]
    public void Version_1_is_found_on_a_machine_that_has_both() => Assert.Equal("v1", Make().Cgroups.Version);

    [Fact]
    public void Memory_is_limited_before_memory_with_swap_as_the_kernel_wants_it()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", new CellLimits(1 << 30, 500, 50), owner: 7);

        const string Memory = $"/sys/fs/cgroup/memory/{Name}/cell-1";
        Assert.Equal(
            [$"{Memory}/memory.limit_in_bytes 1073741824", $"{Memory}/memory.memsw.limit_in_bytes 1073741824", $"{Memory}/memory.swappiness 0"],
            kernel.Written.Where(line => line.StartsWith(Memory, StringComparison.Ordinal)));
        Assert.Contains($"/sys/fs/cgroup/pids/{Name}/cell-1/pids.max 500", kernel.Written);
        Assert.Contains($"/sys/fs/cgroup/cpu,cpuacct/{Name}/cell-1/cpu.shares 512", kernel.Written);
    }

    [Fact]
    public void Executions_together_count_for_an_eighth_of_the_agent_that_watches_them()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", new CellLimits(1 << 30, 500, 50), owner: 7);

        Assert.Equal("128", kernel.Read($"/sys/fs/cgroup/cpu,cpuacct/{Name}/cell-1/jails/cpu.shares"));
        Assert.DoesNotContain($"/sys/fs/cgroup/cpu,cpuacct/{Name}/cell-1/jails/cpu.shares", kernel.Owners.Keys);
    }

    [Fact]
    public void Kernel_that_does_not_count_swap_is_no_obstacle()
    {
        var (kernel, cgroups) = Make(Kernel(without: "memory.memsw.limit_in_bytes"));
        cgroups.CreateCell("cell-1", new CellLimits(1 << 30, 500, 50), owner: 7);

        Assert.Contains($"/sys/fs/cgroup/memory/{Name}/cell-1/memory.swappiness 0", kernel.Written);
    }

    [Fact]
    public void Cells_root_owns_the_jails_part_of_each_controller_and_nothing_above()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", new CellLimits(1 << 30, 500, 50), owner: 7);

        Assert.Equal(9, kernel.Owners.Count); // three hierarchies: directory, cgroup.procs, tasks
        Assert.All(kernel.Owners.Keys, path => Assert.Contains("/cell-1/jails", path, StringComparison.Ordinal));
        Assert.Equal(["memory", "cpu", "cpuacct", "pids"], cgroups.DelegatedTo("cell-1").Select(cgroup => cgroup.Name));
        Assert.Equal(
            cgroups.DelegatedTo("cell-1").Single(cgroup => cgroup.Name == "cpu").Source,
            cgroups.DelegatedTo("cell-1").Single(cgroup => cgroup.Name == "cpuacct").Source);
    }

    [Fact]
    public void Killing_and_removing_look_into_every_hierarchy()
    {
        var (kernel, cgroups) = Make();
        cgroups.CreateCell("cell-1", new CellLimits(1 << 30, 500, 50), owner: 7);
        // As runc does it, in a hierarchy that carries no limit of ours.
        kernel.Make($"/sys/fs/cgroup/devices/{Name}");
        kernel.Make($"/sys/fs/cgroup/devices/{Name}/cell-1");
        kernel.Write($"/sys/fs/cgroup/devices/{Name}/cell-1/cgroup.procs", "5");

        Assert.Equal([5], cgroups.Kill("cell-1"));
        Assert.True(cgroups.TryRemove("cell-1"));
        Assert.DoesNotContain(kernel.Directories, path => path.Contains("cell-1", StringComparison.Ordinal));
        Assert.True(cgroups.TryRemove(null));
        Assert.Equal(s_roots.Order(StringComparer.Ordinal), kernel.Directories);
    }

    [Fact]
    public void Missing_controller_is_named_and_nothing_starts()
    {
        var failure = Assert.Throws<StartException>(() => CgroupMounts.Find(s_mounts.Where(line => !line.Contains("pids", StringComparison.Ordinal)), Kernel(), "0123456789ab"));

        Assert.Contains("controllers pids are missing", failure.Message, StringComparison.Ordinal);
    }
}
