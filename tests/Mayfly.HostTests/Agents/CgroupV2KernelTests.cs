using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mayfly.Agent.Cgroups;

namespace Mayfly.HostTests.Agents;

/// <summary>What of cgroup v2 a hybrid machine can show for real, where the controllers are v1's: entering, killing, removing.</summary>
public sealed class CgroupV2KernelTests : IDisposable
{
    private static readonly string? s_mount = File.ReadLines("/proc/self/mountinfo")
        .Where(line => line.Contains(" - cgroup2 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[4]).FirstOrDefault();

    private readonly string _root;

    public CgroupV2KernelTests()
    {
        Assert.SkipUnless(Environment.UserName == "root", "root is needed to make a cgroup");
        Assert.SkipWhen(s_mount is null, "cgroup2 is not mounted");
        _root = string.Create(CultureInfo.InvariantCulture, $"{s_mount}/mayfly-hosttest-{Environment.ProcessId}");
        Directory.CreateDirectory(_root);
    }

    public void Dispose()
    {
        // The tree moved this process into it: back to the root, then away with the rest.
        File.WriteAllText($"{s_mount}/cgroup.procs", "0");
        foreach (var directory in new[] { $"{_root}/jails/e1", $"{_root}/jails/parents", $"{_root}/jails", $"{_root}/agent", _root })
        {
            if (Directory.Exists(directory)) Directory.Delete(directory);
        }
    }

    [Fact]
    public void Kill_takes_everything_and_only_then_the_group_is_removed()
    {
        using var tree = CgroupV2Tree.TryOpen(_root)!;
        using var group = tree.Create("e1", new CgroupLimits(256 << 20, 50_000, 100_000, 64));
        using var sleeper = Process.Start("/bin/sh", ["-c", "sleep 0.3; sleep 60 & sleep 60"]);
        RandomAccess.Write(group.Entrances[0], Encoding.ASCII.GetBytes(sleeper.Id.ToString(CultureInfo.InvariantCulture)), 0);

        // Until it has a child that was born in the group.
        for (var i = 0; i < 500 && File.ReadAllLines($"{_root}/jails/e1/cgroup.procs").Length < 2; i++) Thread.Sleep(10);
        Assert.False(group.TryRemove());
        group.Kill();
        sleeper.WaitForExit();
        for (var i = 0; i < 500 && !group.TryRemove(); i++) Thread.Sleep(2);

        Assert.False(Directory.Exists($"{_root}/jails/e1"));
        Assert.Equal(128 + 9, sleeper.ExitCode);
    }

    [Fact]
    public void Agent_is_in_its_leaf()
    {
        using var tree = CgroupV2Tree.TryOpen(_root)!;

        Assert.Contains(File.ReadLines("/proc/self/cgroup"), line => line.StartsWith("0::", StringComparison.Ordinal) && line.EndsWith("/agent", StringComparison.Ordinal));
    }
}
