using System.Globalization;
using Mayfly.Bench.Accounts;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;

namespace Mayfly.Bench.Report;

/// <summary>The fifteen figures. Bounds are promises: they change with a decision, never with a measurement.</summary>
internal static class FigureTable
{
    public static List<Figure> Of(BenchReport report) =>
    [
        .. Latency(report),
        .. Throughput(report),
        .. Cost(report),
        .. Memory(report.Spares),
        .. Calm(report),
        .. Lasting(report),
    ];

    private static IEnumerable<Figure> Latency(BenchReport report)
    {
        double? Ratio(Workload workload) => report.Mayfly(workload)?.RatioToBare;
        yield return new Figure(1, "print(1) over HTTP, one client / bare python3", Bound.AtMost(0.15, 0.06), Ratio(Workload.Print));
        yield return new Figure(2, "pandas, a DataFrame summed / bare python3", Bound.AtMost(0.015, 0.007), Ratio(Workload.Pandas));
        yield return new Figure(3, "node console.log(1) / bare node", Bound.AtMost(0.10, 0.04), Ratio(Workload.Console));
        yield return new Figure(4, "node mathjs evaluates / bare node", Bound.AtMost(0.02, 0.01), Ratio(Workload.Mathjs));
    }

    private static IEnumerable<Figure> Throughput(BenchReport report)
    {
        double? Ratio(Workload workload) => report.Throughput.FirstOrDefault(row => row.Workload == workload.Name && row.Clients == Load.Throughput.Stated)?.Ratio;
        yield return new Figure(5, "print(1) a second, 8 clients / bare python3", Bound.NoLessThan(3, 6), Ratio(Workload.Print));
        yield return new Figure(6, "node a second, 8 clients / bare node", Bound.NoLessThan(4, 8), Ratio(Workload.Console));
        yield return new Figure(6, "node mathjs a second, 8 clients / bare node", Bound.NoLessThan(40, 100), Ratio(Workload.Mathjs));
    }

    private static IEnumerable<Figure> Cost(BenchReport report)
    {
        var print = report.Costs.FirstOrDefault(row => row.Workload == Workload.Print.Name);
        yield return new Figure(7, "CPU time of a print(1), everything / bare python3", Bound.AtMost(0.25, 0.12), print?.CpuRatio);
        yield return new Figure(8, "minor faults of a print(1), everything", Bound.AtMost(250, 150), print?.Each.Total.MinorFaults);
    }

    // Tiers of a language are in the order of their zygotes' size.
    private static IEnumerable<Figure> Memory(List<SpareMemory> spares)
    {
        var python = spares.Where(spare => spare.Language == "python").ToList();
        var node = spares.Where(spare => spare.Language == "javascript").ToList();
        string Note(SpareMemory? spare) => spare is null ? "no warm spare: interpreters start fresh" : string.Create(CultureInfo.InvariantCulture, $"of a zygote of {spare.ZygoteMiB:0} MiB");
        yield return new Figure(9, "an idle spare's own memory, Python bare", Bound.AtMost(3, 1.5, "MiB"), python.FirstOrDefault()?.TotalMiB, Note(python.FirstOrDefault()));
        yield return new Figure(9, "an idle spare's own memory, Python heaviest", Bound.AtMost(8, 4, "MiB"), python.LastOrDefault()?.TotalMiB, Note(python.LastOrDefault()));
        yield return new Figure(9, "an idle spare's own memory, Node heaviest", Bound.AtMost(6, 3, "MiB"), node.LastOrDefault()?.TotalMiB, Note(node.LastOrDefault()));
    }

    private static IEnumerable<Figure> Calm(BenchReport report)
    {
        yield return new Figure(10, "one processor to two / a bare fork loop", Bound.NoLessThan(0.9, 0.97), report.Scaling?.Ratio);
        yield return new Figure(11, "p99 / p50 at 70 % of saturation, open loop", Bound.AtMost(4, 2.5), report.OpenLoop?.Latency is { } open ? open.P99Ms / open.P50Ms : null);

        var offered = report.Overload is { } load ? string.Create(CultureInfo.InvariantCulture, $"{load.Loaded.OfferedPerSecond / load.PeakPerSecond:0.#} times the peak was offered") : "";
        yield return new Figure(12, "10 times overload: goodput / peak", Bound.NoLessThan(0.95, 0.98), report.Overload?.GoodputToPeak, offered);
        var client = report.Overload is { } used ? string.Create(CultureInfo.InvariantCulture, $"the client used {used.ClientAtPeak:0.##} processors at the peak, {used.ClientLoaded:0.##} meanwhile") : "";
        yield return new Figure(12, "the same of the processors that the client leaves", Bound.NoLessThan(0.95, 0.98), report.Overload?.GoodputToPeakOfRest, client);
        yield return new Figure(12, "10 times overload: refusal p99", Bound.AtMost(20, 5, "ms"), report.Overload?.Loaded.Refusals?.P99Ms);
        yield return new Figure(12, "10 times overload: back to normal", Bound.AtMost(1000, 1000, "ms"), report.Overload?.BackToNormalMs);
        NeighbourResult? Beside(string name) => report.Neighbours.FirstOrDefault(neighbour => neighbour.Name == name);
        static string Executions(NeighbourResult? beside) => beside is null ? "" : $"{beside.Beside.Count} executions";
        foreach (var name in (string[])["CPU hog", "memory thrasher", "fork bomb"])
        {
            yield return new Figure(13, $"print(1) p99 beside a {name} / quiet", Bound.AtMost(2, 1.5), Beside(name)?.Ratio, Executions(Beside(name)));
        }

        const string Crowd = "crowd of seven CPU hogs";
        yield return new Figure(13, $"print(1) p95 beside a {Crowd} / quiet", Bound.AtMost(2, 1.5), Beside(Crowd)?.RatioOfP95, Executions(Beside(Crowd)));
    }

    private static IEnumerable<Figure> Lasting(BenchReport report)
    {
        yield return new Figure(14, "p50 of the last 1 000 / first 1 000", Bound.AtMost(1.1, 1.03), report.Drift?.Ratio, Window(report.Drift));
        yield return new Figure(14, "RSS, descriptors, cgroups, mounts that grew", Bound.AtMost(0, 0), report.Drift?.Grown.Count, string.Join("; ", report.Drift?.Grown ?? []));

        // The comparison's own minute: its median, over the floor from the probes beside it.
        var distance = report.Probes is { } probes && report.Mayfly(Workload.Print) is { } print ? probes.Floor.Distance(print.MedianMs) : (double?)null;
        yield return new Figure(15, "print(1) p50 / the floor of this machine", Bound.AtMost(4, 2), distance);
    }

    private static string Window(DriftResult? drift) => drift is null ? "" : $"the first and last {drift.Window} of {drift.Executions} executions";
}
