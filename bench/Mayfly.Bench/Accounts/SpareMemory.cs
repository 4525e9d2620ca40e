using Mayfly.Bench.Arithmetic;

namespace Mayfly.Bench.Accounts;

/// <summary>What a spare that waits holds for itself alone.</summary>
/// <param name="Language">python, javascript, or empty where no interpreter has started in it yet.</param>
/// <param name="Rank">Of its zygote among those of its language in a cell, by size from 1: tiers have the same command line.</param>
/// <param name="Count">Spares of that kind.</param>
/// <param name="PrivateMiB">Median: pages that are no other process's, of all processes in the jail.</param>
/// <param name="KernelMiB">Median: their page tables.</param>
/// <param name="ZygoteMiB">Resident memory of what it was forked from.</param>
internal sealed record SpareMemory(string Language, int Rank, int Count, double PrivateMiB, double KernelMiB, double ZygoteMiB)
{
    public double TotalMiB => PrivateMiB + KernelMiB;

    public string Name => Language.Length == 0 ? "not started" : $"{Language}, zygote {Rank} by size";

    /// <summary>Looks at a service that nobody asks anything: every jail that is there waits.</summary>
    public static List<SpareMemory> Of(int top) =>
    [
        .. ServiceProcesses.Of(top).InCells
            .SelectMany(InCell)
            .GroupBy(spare => (spare.Jail.Language, spare.Rank))
            .OrderBy(group => group.Key)
            .Select(group => new SpareMemory(
                group.Key.Language,
                group.Key.Rank,
                group.Count(),
                Statistics.Median(group.Select(spare => spare.Jail.PrivateMiB)),
                Statistics.Median(group.Select(spare => spare.Jail.KernelMiB)),
                Statistics.Median(group.Select(spare => spare.Jail.ZygoteMiB)))),
    ];

    private static IEnumerable<(JailMemory Jail, int Rank)> InCell(Cell cell)
    {
        var jails = cell.Jailed.GroupBy(process => Cell.PidNamespace(process.Id)).Where(jail => jail.Key is not null).Select(jail => JailMemory.TryMeasure([.. jail])).OfType<JailMemory>();
        foreach (var language in jails.GroupBy(jail => jail.Language))
        {
            foreach (var (index, zygote) in language.GroupBy(jail => jail.Zygote).OrderBy(group => group.Max(jail => jail.ZygoteMiB)).Index())
            {
                foreach (var jail in zygote)
                {
                    yield return (jail, index + 1);
                }
            }
        }
    }
}
