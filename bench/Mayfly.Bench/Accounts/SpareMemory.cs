using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mayfly.Bench.Accounts;

/// <summary>What a spare that waits holds for itself alone.</summary>
/// <param name="Tier">What its zygote has imported, as the zygote's command line says; else its program.</param>
/// <param name="Language">python, javascript, or empty where no interpreter has started in it yet.</param>
/// <param name="Count">Spares of that kind.</param>
/// <param name="PrivateMiB">Median: pages that are no other process's, of all processes in the jail.</param>
/// <param name="KernelMiB">Median: their page tables.</param>
/// <param name="ZygoteMiB">Resident memory of what it was forked from.</param>
internal sealed partial record SpareMemory(string Tier, string Language, int Count, double PrivateMiB, double KernelMiB, double ZygoteMiB)
{
    private const double KiBPerMiB = 1024;

    public double TotalMiB => PrivateMiB + KernelMiB;

    /// <summary>Looks at a service that nobody asks anything: every jail that is there waits.</summary>
    public static List<SpareMemory> Of(int top) =>
    [
        .. ServiceProcesses.Of(top).InCells
            .SelectMany(cell => cell.Jailed.GroupBy(process => Cell.PidNamespace(process.Id)).Where(jail => jail.Key is not null))
            .Select(jail => Jail.Of([.. jail]))
            .OfType<Jail>()
            .GroupBy(jail => (jail.Tier, jail.Language))
            .OrderBy(group => group.Key.Language, StringComparer.Ordinal).ThenBy(group => group.Max(jail => jail.ZygoteKiB))
            .Select(group => new SpareMemory(
                group.Key.Tier,
                group.Key.Language,
                group.Count(),
                Arithmetic.Statistics.Median(group.Select(jail => jail.PrivateKiB / KiBPerMiB)),
                Arithmetic.Statistics.Median(group.Select(jail => jail.KernelKiB / KiBPerMiB)),
                Arithmetic.Statistics.Median(group.Select(jail => jail.ZygoteKiB / KiBPerMiB)))),
    ];

    [GeneratedRegex(@"^(python|javascript)(\+[a-z0-9]+)*$")]
    private static partial Regex TierName();

    private sealed record Jail(string Tier, string Language, double PrivateKiB, double KernelKiB, double ZygoteKiB)
    {
        private const string InitName = "jail-init";

        /// <summary>Null: it is gone, or only its init is there yet.</summary>
        public static Jail? Of(ProcessStat[] processes)
        {
            try
            {
                var main = processes.FirstOrDefault(process => process.Name != InitName);
                if (main is null)
                {
                    return null;
                }

                var program = Path.GetFileName(new FileInfo($"/proc/{main.Id}/exe").LinkTarget ?? "");
                var words = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{main.Parent}/cmdline")).Split('\0');
                return new Jail(
                    words.FirstOrDefault(word => TierName().IsMatch(word)) ?? program,
                    program.StartsWith("python", StringComparison.Ordinal) ? "python" : program.StartsWith("node", StringComparison.Ordinal) ? "javascript" : "",
                    processes.Sum(process => Figure($"/proc/{process.Id}/smaps_rollup", "Private_")),
                    processes.Sum(process => Figure($"/proc/{process.Id}/status", "VmPTE")),
                    Figure($"/proc/{main.Parent}/status", "VmRSS"));
            }
            catch (IOException)
            {
                return null;
            }
        }

        private static double Figure(string file, string name) => File.ReadLines(file)
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
    }
}
