using System.Globalization;

namespace Mayfly.HostTests.Faults;

/// <summary>A memory cgroup around a process: what it takes from then on is counted and bounded. It does not know, and does not spare.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Root = "/sys/fs/cgroup/memory";

    private readonly string _path;

    private MemoryLimit(string path) => _path = path;

    /// <summary>How often the kernel had to kill in it.</summary>
    public int Kills => int.Parse(
        File.ReadLines($"{_path}/memory.oom_control").First(line => line.StartsWith("oom_kill ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The most that it had.</summary>
    public long Peak => long.Parse(File.ReadAllText($"{_path}/memory.max_usage_in_bytes"), CultureInfo.InvariantCulture);

    /// <summary>Makes it; what the process has already is counted where it was.</summary>
    public static MemoryLimit Around(int process, long bytes)
    {
        var path = $"{Root}/mayfly-test-{process}";
        Directory.CreateDirectory(path);
        File.WriteAllText($"{path}/memory.limit_in_bytes", bytes.ToString(CultureInfo.InvariantCulture));
        File.WriteAllText($"{path}/cgroup.procs", process.ToString(CultureInfo.InvariantCulture));
        return new MemoryLimit(path);
    }

    /// <summary>Skips where such a limit cannot be made.</summary>
    public static void Require() => Assert.SkipUnless(File.Exists($"{Root}/memory.limit_in_bytes"), "the memory controller of cgroup v1 is not mounted here");

    /// <summary>Lets everybody go who is still in it.</summary>
    public void Dispose()
    {
        foreach (var process in File.ReadLines($"{_path}/cgroup.procs").ToList()) File.WriteAllText($"{Root}/cgroup.procs", process);
        Directory.Delete(_path);
    }
}
