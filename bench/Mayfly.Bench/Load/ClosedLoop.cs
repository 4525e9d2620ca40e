using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Load;

/// <summary>So many clients, each of which asks again as soon as it has its answer.</summary>
internal static class ClosedLoop
{
    /// <param name="clients">One function for each client: asks once.</param>
    /// <param name="time">How long new requests are made; what was asked by then is waited for.</param>
    /// <param name="stop">Ends it early.</param>
    public static LoopResult Run(IReadOnlyList<Func<ClientAnswer>> clients, TimeSpan time, CancellationToken stop)
    {
        var latencies = new Latencies();
        var done = new (int Answers, double Seconds)[clients.Count];
        var refused = 0;
        var wrong = 0;
        var begin = Stopwatch.GetTimestamp();
        Threads.Run(clients.Count, number =>
        {
            while (Stopwatch.GetElapsedTime(begin) < time && !stop.IsCancellationRequested)
            {
                var asked = Stopwatch.GetTimestamp();
                switch (clients[number]())
                {
                    case ClientAnswer.Right:
                        latencies.Record(Stopwatch.GetElapsedTime(asked));
                        done[number] = (done[number].Answers + 1, Stopwatch.GetElapsedTime(begin).TotalSeconds);
                        break;
                    case ClientAnswer.Refused:
                        Interlocked.Increment(ref refused);
                        break;
                    default:
                        Interlocked.Increment(ref wrong);
                        break;
                }
            }
        });
        return new LoopResult(Statistics.Throughput(done), done.Sum(client => client.Answers), refused, wrong, latencies.Count == 0 ? null : latencies.Summary());
    }

    /// <summary>The same against a service: each client has a connection of its own.</summary>
    public static LoopResult Run(IReadOnlyList<MayflyClient> clients, Workload workload, TimeSpan time, CancellationToken stop) =>
        Run([.. clients.Select(client => (Func<ClientAnswer>)(() => client.Ask(workload)))], time, stop);
}

/// <summary>What came of a loop.</summary>
/// <param name="PerSecond">Right answers a second.</param>
/// <param name="Answers">How many they were.</param>
/// <param name="Refused">How many requests were refused.</param>
/// <param name="Wrong">How many answers were neither.</param>
/// <param name="Latency">Of the right ones.</param>
internal sealed record LoopResult(double PerSecond, int Answers, int Refused, int Wrong, LatencySummary? Latency);
