using System.Runtime.CompilerServices;
using System.Text.Json;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Launching.Container;
using Mayfly.Cells.Launching.Runc;

namespace Mayfly.UnitTests.Cells;

/// <summary>The wall of a container cell as runc gets it, compared whole with reviewed files.</summary>
public sealed class CellConfigTests
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public void Configuration_of_a_cell_is_the_reviewed_one(string version)
    {
        DelegatedCgroup[] cgroups = version == "v1"
            ? [.. CgroupV1.Required.Select(controller => new DelegatedCgroup(controller, $"/sys/fs/cgroup/{controller}/mayfly-0123456789ab/cell-7/jails"))]
            : [new("unified", null)];

        var actual = CellConfig.For("/mayfly-0123456789ab/cell-7", cgroups, 0x70070000).ToJson() + "\n";

        // The one line that depends on the machine.
        actual = actual.Replace("SCMP_ARCH_AARCH64", "SCMP_ARCH_X86_64", StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("MAYFLY_RECORD") == "1") File.WriteAllText(Path.Combine(Here(), $"config.{version}.json"), actual);
        var reviewed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cells", $"config.{version}.json"));
        Assert.True(reviewed == actual, $"the configuration differs from Cells/config.{version}.json. If that is meant, record it anew with MAYFLY_RECORD=1 and review the difference:\n{actual}");
    }

    [Fact]
    public void Nothing_of_the_cell_is_writable_but_its_run_directory_and_the_jails_cgroups()
    {
        var config = CellConfig.For("/x", [new("memory", "/sys/fs/cgroup/memory/x/jails")], 0x70000000);

        Assert.True(config.Root.Readonly);
        Assert.Equal(["/proc", "/run", "/run/cgroup/memory"], config.Mounts.Where(mount => !mount.Options.Contains("ro")).Select(mount => mount.Destination));
        Assert.All(config.Mounts, mount => Assert.Contains("nosuid", mount.Options));
        Assert.All(config.Mounts.Where(mount => mount.Destination != "/mayfly"), mount => Assert.Contains("noexec", mount.Options));
        Assert.All(config.Mounts.Where(mount => mount.Destination != "/dev"), mount => Assert.Contains("nodev", mount.Options));
    }

    [Fact]
    public void Every_line_of_the_cells_seccomp_list_says_why_and_denies()
    {
        using var stream = typeof(CellSeccomp).Assembly.GetManifestResourceStream("cell-seccomp.json")!;
        var rules = JsonSerializer.Deserialize<List<CellSeccompRule>>(stream, JsonSerializerOptions.Web)!;

        Assert.All(rules, rule => Assert.True(rule.Why.Length > 10 && rule.Names.Count > 0, string.Join(' ', rule.Names)));
        Assert.All(CellSeccomp.Read().Syscalls, calls => Assert.Equal("SCMP_ACT_ERRNO", calls.Action));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
