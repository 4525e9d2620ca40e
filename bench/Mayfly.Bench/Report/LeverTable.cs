using Mayfly.Bench.Ablation;
using static Mayfly.Bench.Report.Numbers;

namespace Mayfly.Bench.Report;

/// <summary>What the levers are worth, as people read it.</summary>
internal static class LeverTable
{
    public static TextTable Of(List<LeverRow> rows) => new(
        "Levers, each switched off by itself",
        ["lever", "program", "CPU ms with all", "without it", "times", "faults with all", "without it", "times", "p99 ms at 60 % load", "without it", "times"],
        [
            .. rows.Select(row => row is { With: { } with, Without: { } without }
                ? (string[])
                [
                    row.Lever.Name, row.Workload!, Text(with.CpuMs), Text(without.CpuMs), Text(without.CpuMs / with.CpuMs),
                    Text(with.MinorFaults), Text(without.MinorFaults), Text(without.MinorFaults / with.MinorFaults),
                    Text(row.TailMs), Text(row.TailMsWithout), Text(row.TailMsWithout / row.TailMs),
                ]
                : [row.Lever.Name, $"skipped: {row.Skipped}", "", "", "", "", "", "", "", "", ""]),
        ],
        string.Join("; ", rows.Select(row => row.Lever).Distinct().Select(lever => $"{lever.Name}: {lever.What}")));
}
