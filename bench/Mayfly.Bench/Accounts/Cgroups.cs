using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>Control groups of a service's cells, version 1 or 2.</summary>
internal static class Cgroups
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>CPU time of everything that ever ran in these cells; null: the kernel does not say.</summary>
    public static double? CpuMs(IEnumerable<int> agents)
    {
        double sum = 0;
        foreach (var directory in agents.Select(agent => Directory(agent, "cpuacct")))
        {
            if (directory is null || Usage(directory) is not { } usage)
            {
                return null;
            }

            sum += usage;
        }

        return sum;
    }

    /// <summary>How many groups the cells have, in one hierarchy.</summary>
    public static long Count(IEnumerable<int> agents) => agents
        .Select(agent => Directory(agent, "memory"))
        .OfType<string>()
        .Sum(directory => (long)System.IO.Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Count() + 1);

    /// <summary>All of the machine's, with those that were removed and are still held by a page or an object in the kernel.</summary>
    public static IEnumerable<(string Name, long Count)> WithDyingOnes()
    {
        // Version 1 counts both together for each controller; version 2 says how many are dying.
        var unified = Path.Combine(Root, "cgroup.stat");
        return File.Exists(unified)
            ? File.ReadLines(unified).Select(line => line.Split(' ')).Where(fields => fields[0] is "nr_descendants" or "nr_dying_descendants")
                .Select(fields => ($"cgroups: {fields[0]}", long.Parse(fields[1], CultureInfo.InvariantCulture)))
            : File.ReadLines("/proc/cgroups").Select(line => line.Split('\t')).Where(fields => fields[0] is "memory" or "pids" or "cpu")
                .Select(fields => ($"{fields[0]} cgroups, dying ones too,", long.Parse(fields[2], CultureInfo.InvariantCulture)));
    }

    /// <summary>The cell's group: the one of its first process, or that one's parent where processes and groups may not share a place (version 2).</summary>
    private static string? Directory(int agent, string controller)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines($"/proc/{agent}/cgroup");
        }
        catch (IOException)
        {
            return null; // the cell is gone
        }

        // "4:cpu,cpuacct:/path" in version 1, "0::/path" in version 2.
        var own = lines.Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[1].Split(',').Contains(controller));
        if (own is not null)
        {
            return Existing($"{Root}/{controller}{own[2]}") ?? Existing($"{Root}/{own[1]}{own[2]}");
        }

        var unified = lines.Select(line => line.Split(':', 3)).FirstOrDefault(fields => fields[0] == "0");
        return unified is null ? null : Existing($"{Root}{Path.GetDirectoryName(unified[2])}");
    }

    private static string? Existing(string directory) => System.IO.Directory.Exists(directory) ? directory : null;

    private static double? Usage(string directory)
    {
        var first = Path.Combine(directory, "cpuacct.usage");
        if (File.Exists(first))
        {
            return long.Parse(File.ReadAllText(first), CultureInfo.InvariantCulture) / 1e6;
        }

        var second = Path.Combine(directory, "cpu.stat");
        var line = File.Exists(second) ? File.ReadLines(second).FirstOrDefault(text => text.StartsWith("usage_usec ", StringComparison.Ordinal)) : null;
        return line is null ? null : long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) / 1e3;
    }
}
