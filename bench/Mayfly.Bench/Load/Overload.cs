using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Ten times more requests than can be served: is as much served as before, are the others told so soon, and is it over when it is over?</summary>
internal static class Overload
{
    /// <summary>So many times the peak is asked for.</summary>
    public const int Times = 10;

    /// <summary>Clients whose closed loop finds the peak.</summary>
    public const int PeakClients = 16;

    /// <summary>Clients that ask for too much.</summary>
    public const int Connections = 512;

    private const double NormalWithin = 1.5;
    private const int NormalAnswers = 3;
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);

    /// <param name="service">Measured.</param>
    /// <param name="slice">How long the overload lasts.</param>
    /// <param name="stop">Ends it early.</param>
    public static OverloadResult Run(Service service, TimeSpan slice, CancellationToken stop)
    {
        using var few = Clients.Of(service, PeakClients);
        using var many = Clients.Of(service, Connections);
        var quietMs = Statistics.Median(Enumerable.Range(0, 30).Select(_ => few[0].Run(Workload.Print).WallMs));

        // The peak on both sides of it: the machine may have changed meanwhile.
        var (before, clientBefore) = WithOwnTime(() => ClosedLoop.Run(few, Workload.Print, slice / 2, stop));
        var (loaded, clientLoaded) = WithOwnTime(() => OpenLoop.Run(many, Workload.Print, before.PerSecond * Times, slice, stop));
        var backMs = BackToNormal(few[0], quietMs, stop);
        var (after, clientAfter) = WithOwnTime(() => ClosedLoop.Run(few, Workload.Print, slice / 2, stop));
        var peak = (before.PerSecond + after.PerSecond) / 2;
        return new OverloadResult(peak, loaded, loaded.GoodPerSecond / peak, Environment.ProcessorCount, (clientBefore + clientAfter) / 2, clientLoaded, backMs);
    }

    // Processors that this process has used meanwhile: what it uses the service cannot have.
    private static (T Result, double Processors) WithOwnTime<T>(Func<T> load)
    {
        var (begin, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var result = load();
        return (result, (Environment.CpuUsage.TotalTime - before) / Stopwatch.GetElapsedTime(begin));
    }

    // The last of those that waited in the queue are answered when the load's threads end; from then on the clock runs.
    private static double? BackToNormal(MayflyClient client, double quietMs, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        var inRow = 0;
        double firstOfRow = 0;
        while (Stopwatch.GetElapsedTime(begin) < GiveUp && !stop.IsCancellationRequested)
        {
            var asked = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            var sample = client.Run(Workload.Print);
            var normal = sample.Status == 0 && sample.WallMs <= quietMs * NormalWithin;
            if (normal && inRow == 0)
            {
                firstOfRow = asked;
            }

            inRow = normal ? inRow + 1 : 0;
            if (inRow == NormalAnswers)
            {
                return firstOfRow;
            }
        }

        return null;
    }
}

/// <summary>What came of an overload.</summary>
/// <param name="PeakPerSecond">The most that a closed loop got, just before and after.</param>
/// <param name="Loaded">What happened meanwhile.</param>
/// <param name="GoodputToPeak">The share of the peak that was still served.</param>
/// <param name="Processors">Of the machine.</param>
/// <param name="ClientAtPeak">Processors that the client used at the peak.</param>
/// <param name="ClientLoaded">The same meanwhile.</param>
/// <param name="BackToNormalMs">Until answers to a single client took what they took before; null: they did not.</param>
internal sealed record OverloadResult(double PeakPerSecond, OpenLoopResult Loaded, double GoodputToPeak, int Processors, double ClientAtPeak, double ClientLoaded, double? BackToNormalMs)
{
    /// <summary>The same of a peak that has lost as much to the client as there was lost meanwhile: what a client on another machine would find.</summary>
    public double GoodputToPeakOfRest => GoodputToPeak * (Processors - ClientAtPeak) / (Processors - ClientLoaded);
}
