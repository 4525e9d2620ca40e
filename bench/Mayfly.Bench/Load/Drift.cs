using System.Diagnostics;
using Mayfly.Bench.Accounts;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Many executions one after another: do the last take longer than the first, and does the service hold more than before?</summary>
internal static class Drift
{
    private const int Window = 1000;
    private const int ClientCount = 4;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <param name="service">Measured.</param>
    /// <param name="count">Executions.</param>
    /// <param name="time">Ends it when fewer were made.</param>
    /// <param name="stop">Ends it early.</param>
    public static DriftResult Run(Service service, int count, TimeSpan time, CancellationToken stop)
    {
        using var clients = Clients.Of(service, ClientCount);

        // Connections, buffers and pools reach their working size.
        _ = ClosedLoop.Run(clients, Workload.Print, TimeSpan.FromSeconds(1), stop);
        Thread.Sleep(Settle);
        var before = Footprint.Of(service.Top, service.Data);
        var times = new double[count];
        var next = -1;
        var wrong = 0;
        var begin = Stopwatch.GetTimestamp();
        Threads.Run(ClientCount, number =>
        {
            while (Stopwatch.GetElapsedTime(begin) < time && !stop.IsCancellationRequested && Interlocked.Increment(ref next) is var at && at < count)
            {
                var asked = Stopwatch.GetTimestamp();
                if (clients[number].Ask(Workload.Print) != ClientAnswer.Right)
                {
                    Interlocked.Increment(ref wrong);
                }

                times[at] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
            }
        });
        stop.ThrowIfCancellationRequested();
        var made = Math.Min(next + 1, count);
        Thread.Sleep(Settle);
        var after = Footprint.Of(service.Top, service.Data);

        // No overlap, and something between them, even if few were made.
        var window = Math.Max(1, Math.Min(Window, made / 3));
        var first = Statistics.Median(times.Take(window));
        var last = Statistics.Median(times.Take(made).TakeLast(window));
        return new DriftResult(made, window, first, last, wrong, before, after, after.GrownSince(before));
    }
}

/// <summary>What changed over many executions.</summary>
internal sealed record DriftResult(int Executions, int Window, double FirstP50Ms, double LastP50Ms, int Wrong, Footprint Before, Footprint After, List<string> Grown)
{
    public double Ratio => LastP50Ms / FirstP50Ms;
}
