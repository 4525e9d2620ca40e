using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Closed loops of the service beside the same loops of bare interpreters, in turns.</summary>
internal static class Throughput
{
    public static readonly int[] ClientCounts = [1, 2, 4, 8, 16];

    /// <summary>The number of clients that the figures are stated for.</summary>
    public const int Stated = 8;

    private static readonly Workload[] Workloads = [Workload.Print, Workload.Console, Workload.Mathjs];

    /// <param name="service">Measured.</param>
    /// <param name="root">The image, mounted.</param>
    /// <param name="slice">How long each loop makes requests.</param>
    /// <param name="pairs">How often service and bare take turns at the stated number of clients.</param>
    /// <param name="time">What all of it may take; counts that are left then are left out, the stated one first of all is not.</param>
    /// <param name="stop">Ends it early, with what was complete by then.</param>
    public static List<ThroughputRow> Run(Service service, string root, TimeSpan slice, int pairs, TimeSpan time, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        using var bare = new BareLoop(root, ClientCounts.Max());
        List<ThroughputRow> rows = [.. Workloads.Select(workload => Row(service, bare, workload, Stated, slice, pairs, stop)).OfType<ThroughputRow>()];
        foreach (var (workload, clients) in from clients in ClientCounts where clients != Stated from workload in Workloads select (workload, clients))
        {
            // A loop ends when its last answer is there: where one takes seconds, so does a slice.
            if (rows.FindLast(row => row.Workload == workload.Name) is not { } last)
            {
                continue;
            }

            var needed = 2 * (slice + TimeSpan.FromMilliseconds(Math.Max(last.Latency?.P50Ms ?? 0, last.BareP50Ms ?? 0)));
            if (Stopwatch.GetElapsedTime(begin) + needed < time && Row(service, bare, workload, clients, slice, 1, stop) is { } more)
            {
                rows.Add(more);
            }
        }

        return [.. rows.OrderBy(row => Array.FindIndex(Workloads, workload => workload.Name == row.Workload)).ThenBy(row => row.Clients)];
    }

    private static ThroughputRow? Row(Service service, BareLoop bare, Workload workload, int count, TimeSpan slice, int pairs, CancellationToken stop)
    {
        using var clients = Clients.Of(service, count);
        List<LoopResult> own = [], yardstick = [];
        for (var pair = 0; pair < pairs && !stop.IsCancellationRequested; pair++)
        {
            if (pair % 2 == 0) own.Add(ClosedLoop.Run(clients, workload, slice, stop));
            yardstick.Add(bare.Run(workload, count, slice, stop));
            if (pair % 2 != 0) own.Add(ClosedLoop.Run(clients, workload, slice, stop));
        }

        return stop.IsCancellationRequested ? null : new ThroughputRow(
            workload.Name,
            count,
            Statistics.Median(own.Select(loop => loop.PerSecond)),
            Statistics.Median(yardstick.Select(loop => loop.PerSecond)),
            Statistics.MedianOfRatios([.. own.Select(loop => loop.PerSecond)], [.. yardstick.Select(loop => loop.PerSecond)]),
            own[^1].Latency,
            yardstick[^1].Latency?.P50Ms,
            own.Sum(loop => loop.Refused),
            own.Sum(loop => loop.Wrong) + yardstick.Sum(loop => loop.Wrong));
    }
}

/// <summary>One number of clients at one workload.</summary>
internal sealed record ThroughputRow(string Workload, int Clients, double PerSecond, double BarePerSecond, double Ratio, LatencySummary? Latency, double? BareP50Ms, int Refused, int Wrong);
