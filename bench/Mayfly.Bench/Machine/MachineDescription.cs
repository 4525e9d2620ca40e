using System.Globalization;
using System.Runtime.InteropServices;

namespace Mayfly.Bench.Machine;

/// <summary>The machine, so that figures can be compared with others'.</summary>
internal static class MachineDescription
{
    public static string Text() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} processors ({Model()}), Linux {Environment.OSVersion.Version.ToString(3)}, {RuntimeInformation.ProcessArchitecture}");

    /// <summary>How busy the machine was before anything was measured: processes that ran or waited to run, over the last minute.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Model() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault("unknown model");
}
