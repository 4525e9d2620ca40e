namespace Mayfly.Agent.Cgroups;

/// <summary>Whether a program could pass its memory limit by being swapped out, where the kernel has no limit for swap.</summary>
internal static class SwapOfHost
{
    public static CgroupFinding Finding(string layer, string remedy) => Finding(layer, remedy, File.ReadLines("/proc/meminfo"));

    /// <summary>The same, by the lines of another host's /proc/meminfo.</summary>
    internal static CgroupFinding Finding(string layer, string remedy, IEnumerable<string> memory)
    {
        var line = memory.FirstOrDefault(line => line.StartsWith("SwapTotal:", StringComparison.Ordinal));
        var none = line is not null && line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == "0";
        return none
            ? new(layer, true, "the kernel has no swap limit for groups, and the host has no swap")
            : new(layer, false, $"the kernel has no swap limit for groups, and the host has swap: swapoff -a, or {remedy}");
    }
}
