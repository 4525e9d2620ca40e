using Mayfly.Bench.Accounts;
using Mayfly.Bench.Load;
using static Mayfly.Bench.Report.Numbers;

namespace Mayfly.Bench.Report;

/// <summary>The report as people read it: the figures first, then what they are made of.</summary>
internal static class ReportTables
{
    public static List<TextTable> Of(BenchReport report) =>
    [
        .. ((TextTable?[])
        [
            Figures(report), Comparison(report), Throughput(report.Throughput), Latency(report), Costs(report.Costs), Spares(report.Spares),
            Held(report.Drift), Floor(report), NotMeasured(report),
        ]).OfType<TextTable>(),
    ];

    private static TextTable Figures(BenchReport report) => new(
        "Figures",
        ["", "figure", "at least", "aim", "measured", "met", "note"],
        [
            .. report.Figures.Select(figure => (string[])
                [$"{figure.Number}", figure.Name, figure.Bound.AtLeastText, figure.Bound.AimText, figure.Shown, figure.Met, figure.Note]),
        ]);

    private static TextTable? Comparison(BenchReport report) => report.Comparison.Count == 0 ? null : new TextTable(
        "One client, in turns",
        ["program", "contender", "pairs", "median ms", "p90 ms", "ratio to bare", "CPU ms", "minor faults", "does not isolate"],
        [
            .. report.Comparison.Select(result => result.Failure is { } failure
                ? (string[])[result.Workload, result.Contender, "", $"failed: {failure}", "", "", "", "", result.Lacks]
                : [result.Workload, result.Contender, Count(result.Pairs), Text(result.MedianMs), Text(result.P90Ms), Text(result.RatioToBare), Text(result.CpuMs), Text(result.MinorFaults), result.Lacks]),
            .. report.MissingPeers.Select(peer => (string[])["", peer.Name, "", $"skipped: {peer.Reason}", "", "", "", "", ""]),
        ],
        "The ratio is the median of the ratios of neighbouring runs. CPU and faults as the kernel accounts them to the command and what it waited for.");

    private static TextTable? Throughput(List<ThroughputRow> rows) => rows.Count == 0 ? null : new TextTable(
        "Closed loop, all processors",
        ["program", "clients", "a second", "bare, a second", "ratio", "p50 ms", "p99 ms", "refused", "wrong"],
        [.. rows.Select(row => (string[])[row.Workload, Count(row.Clients), Text(row.PerSecond), Text(row.BarePerSecond), Text(row.Ratio), Text(row.Latency?.P50Ms), Text(row.Latency?.P99Ms), Count(row.Refused), Count(row.Wrong)])]);

    private static TextTable? Latency(BenchReport report)
    {
        List<string[]> rows = [];
        void Add(string name, double? perSecond, LatencySummary? latency)
        {
            if (latency is not null)
            {
                rows.Add([name, Text(perSecond), Count(latency.Count), Text(latency.P50Ms), Text(latency.P90Ms), Text(latency.P95Ms), Text(latency.P99Ms), Text(latency.P999Ms)]);
            }
        }

        Add("70 % of saturation", report.OpenLoop?.OfferedPerSecond, report.OpenLoop?.Latency);
        Add("10 times overload: served", report.Overload?.Loaded.GoodPerSecond, report.Overload?.Loaded.Latency);
        Add("10 times overload: refused", report.Overload is { } load ? load.Loaded.OfferedPerSecond - load.Loaded.GoodPerSecond : null, report.Overload?.Loaded.Refusals);
        foreach (var neighbour in report.Neighbours)
        {
            Add($"before a {neighbour.Name}", null, neighbour.Quiet);
            Add($"beside a {neighbour.Name}", null, neighbour.Beside);
        }

        return rows.Count == 0 ? null : new TextTable("Latency of print(1)", ["", "a second", "answers", "p50 ms", "p90 ms", "p95 ms", "p99 ms", "p99.9 ms"], rows);
    }

    private static TextTable? Costs(List<CostRow> rows) => rows.Count == 0 ? null : new TextTable(
        "CPU ms and minor faults of one execution",
        ["program", "executions", "gateway", "agent, jailer, zygotes", "child", "all", "cgroups of the cells say", "bare", "executionTimeMs", "memoryUsageMb"],
        [
            .. rows.Select(row => (string[])
            [
                row.Workload, Count(row.Executions), Both(row.Each.Gateway), Both(row.Each.Agent), Both(row.Each.Child), Both(row.Each.Total),
                $"{Text(row.Each.CgroupCpuMs)} ms", $"{Text(row.BareCpuMs)} ms, {Text(row.BareMinorFaults)}", Text(row.ReportedMs), Text(row.ReportedMiB),
            ]),
        ],
        "The last two as the service reports them of an execution.");

    private static TextTable? Spares(List<SpareMemory> spares) => spares.Count == 0 ? null : new TextTable(
        "Memory of idle spares",
        ["spare", "how many", "private MiB", "page tables MiB", "together MiB", "its zygote's resident MiB"],
        [.. spares.Select(spare => (string[])[spare.Name, Count(spare.Count), Text(spare.PrivateMiB), Text(spare.KernelMiB), Text(spare.TotalMiB), Text(spare.ZygoteMiB)])]);

    private static TextTable? Held(DriftResult? drift) => drift is null ? null : new TextTable(
        "Held before and after many executions",
        ["what", "before", "after"],
        [
            .. drift.Before.Figures.Keys.Union(drift.After.Figures.Keys).Order(StringComparer.Ordinal).Select(name => (string[])[name, Held(drift.Before, name), Held(drift.After, name)]),
        ],
        $"{drift.Executions} executions; p50 {Text(drift.FirstP50Ms)} ms in the first {drift.Window}, {Text(drift.LastP50Ms)} ms in the last.");

    private static string Held(Footprint footprint, string name) => footprint.Figures.TryGetValue(name, out var value) ? Count(value) : "–";

    private static TextTable? Floor(BenchReport report) => report.Probes is not { } probes ? null : new TextTable(
        "What the machine charges",
        ["fork, exit, wait ms", "pipe there and back ms", "a minor fault µs", "HTTP echo ms", "SQLite commit ms", "spawn of /bin/true ms", "floor of a print(1) ms", "the same, forked ahead", "the client's ceiling, a second"],
        [[Text(probes.ForkMs), Text(probes.PipeMs), Text(probes.FaultUs), Text(probes.EchoMs), Text(probes.CommitMs), Text(probes.SpawnTrueMs), Text(probes.Floor.Ms), Text(probes.Floor.AheadMs), Text(report.ClientPerSecond)]]);

    private static TextTable? NotMeasured(BenchReport report) => report.NotMeasured.Count == 0 ? null : new TextTable(
        "Not measured",
        ["what", "why"],
        [.. report.NotMeasured.Select(pair => (string[])[pair.Key, pair.Value])]);

    private static string Both(Cost cost) => $"{Text(cost.CpuMs)} ms, {Text(cost.MinorFaults)}";
}
