using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>Memory of one jail's processes, and of the process that its interpreter was forked from.</summary>
internal sealed record JailMemory(string Language, int Zygote, double PrivateMiB, double KernelMiB, double ZygoteMiB)
{
    private const double KiBPerMiB = 1024;
    private const string InitName = "jail-init";

    /// <summary>Null: it is gone, or only its init is there yet.</summary>
    public static JailMemory? TryMeasure(ProcessStat[] processes)
    {
        try
        {
            if (processes.FirstOrDefault(process => process.Name != InitName) is not { } main)
            {
                return null;
            }

            return new JailMemory(
                LanguageOf(Path.GetFileName(new FileInfo($"/proc/{main.Id}/exe").LinkTarget ?? "")),
                main.Parent,
                processes.Sum(process => MiB($"/proc/{process.Id}/smaps_rollup", "Private_")),
                processes.Sum(process => MiB($"/proc/{process.Id}/status", "VmPTE:")),
                MiB($"/proc/{main.Parent}/status", "VmRSS:"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string LanguageOf(string program) =>
        program.StartsWith("python", StringComparison.Ordinal) ? "python" : program.StartsWith("node", StringComparison.Ordinal) ? "javascript" : "";

    private static double MiB(string file, string name) => File.ReadLines(file)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)) / KiBPerMiB;
}
