using System.Diagnostics;
using System.Globalization;
using Mayfly.Cells.Cgroups;

namespace Mayfly.HostTests.Cells;

/// <summary>cgroup v2 in this machine's kernel, as far as it has one.</summary>
public sealed class CgroupV2Tests : IDisposable
{
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"mayfly-v2test-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly string? _root = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).FirstOrDefault(fields => fields.Contains("cgroup2"))?[4];
    private readonly List<Process> _processes = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Everything_in_a_cell_is_killed_and_removed_and_nothing_beside_it(bool byKernel)
    {
        var cgroups = RequireV2(byKernel ? new CgroupFiles() : new WithoutKill());
        var instance = $"{_root}/{_name}";
        foreach (var path in (string[])["", "/gateway", "/cell-1", "/cell-1/agent", "/cell-1/jails", "/cell-1/jails/0", "/cell-2"]) Directory.CreateDirectory(instance + path);
        var gateway = Put($"{instance}/gateway");
        var agent = Put($"{instance}/cell-1/agent");
        var jailed = Put($"{instance}/cell-1/jails/0");

        Assert.Equal(((int[])[agent.Id, jailed.Id]).Order(), cgroups.Kill("cell-1").Order());
        Assert.True(agent.WaitForExit(5000) && jailed.WaitForExit(5000));
        CellsProcess.Until(() => cgroups.TryRemove("cell-1"), "the cell's cgroups are removed");

        Assert.False(Directory.Exists($"{instance}/cell-1"));
        Assert.False(gateway.HasExited);
        Assert.Equal([gateway.Id], cgroups.Kill(null));
        Assert.True(gateway.WaitForExit(5000));
        CellsProcess.Until(() => cgroups.TryRemove(null), "the instance's cgroups are removed");
        Assert.False(Directory.Exists(instance));
    }

    [Fact]
    public void Limits_and_delegation_are_as_the_kernel_takes_them()
    {
        var cgroups = RequireV2(new CgroupFiles());
        Assert.SkipUnless(
            CgroupV2.Required.All(File.ReadAllText($"{_root}/cgroup.controllers").Split(' ', '\n').Contains),
            "cgroup v2 does not carry the controllers on this machine");

        cgroups.CreateInstance();
        cgroups.CreateGateway();
        cgroups.CreateCell("cell-1", new CellLimits(64 << 20, 20, 50), owner: 0x7000_0000);

        Assert.Equal("67108864", File.ReadAllText($"{_root}/{_name}/cell-1/memory.max").Trim());
        Assert.Equal("20", File.ReadAllText($"{_root}/{_name}/cell-1/pids.max").Trim());
        cgroups.EnterGateway(Put($"{_root}/{_name}/cell-1").Id);
        Assert.Empty(cgroups.Kill("cell-1"));
        Assert.True(cgroups.TryRemove("cell-1"));
        Assert.Single(cgroups.Kill(null));
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        if (_root is not null) CellsProcess.Until(() => new CgroupV2(new CgroupFiles(), _root, _name).TryRemove(null), "the test's cgroups are removed");
    }

    private CgroupV2 RequireV2(CgroupFiles files)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root is needed: cgroups are made");
        Assert.SkipUnless(_root is not null, "no cgroup v2 tree is mounted here");
        return new CgroupV2(files, _root!, _name);
    }

    private Process Put(string cgroup)
    {
        var process = Process.Start("/bin/sleep", "600");
        _processes.Add(process);
        File.WriteAllText($"{cgroup}/cgroup.procs", process.Id.ToString(CultureInfo.InvariantCulture));
        return process;
    }

    /// <summary>As before Linux 5.14: no cgroup.kill.</summary>
    private sealed class WithoutKill : CgroupFiles
    {
        public override bool HasFile(string path) => !path.EndsWith("/cgroup.kill", StringComparison.Ordinal) && base.HasFile(path);
    }
}
