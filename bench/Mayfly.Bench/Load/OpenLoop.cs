using System.Diagnostics;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Load;

/// <summary>Requests at times that were fixed beforehand, whether or not earlier ones were answered.</summary>
/// <remarks>
/// A time is counted from when the request was due, not from when a client got round to it: a service that stalls for a second is
/// charged with all that was due in that second (no coordinated omission). Requests are evenly spaced.
/// </remarks>
internal static class OpenLoop
{
    /// <param name="clients">As many as can be waiting at once.</param>
    /// <param name="workload">What they ask.</param>
    /// <param name="perSecond">Requests due in a second.</param>
    /// <param name="time">For how long requests are due.</param>
    /// <param name="stop">Ends it early.</param>
    public static OpenLoopResult Run(IReadOnlyList<MayflyClient> clients, Workload workload, double perSecond, TimeSpan time, CancellationToken stop)
    {
        var (right, refusals) = (new Latencies(), new Latencies());
        var due = (long)(perSecond * time.TotalSeconds);
        long next = -1, asked = 0, inTime = 0;
        var wrong = 0;
        var begin = Stopwatch.GetTimestamp();
        Threads.Run(clients.Count, number =>
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var ticket && ticket < due)
            {
                var at = TimeSpan.FromSeconds(ticket / perSecond);
                if (at - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } early)
                {
                    LibC.SleepFor(early);
                }

                var sent = Stopwatch.GetElapsedTime(begin);
                if (sent >= time)
                {
                    return; // the time is over, with clients too few for the load: the rest was not offered
                }

                Interlocked.Increment(ref asked);
                var answer = clients[number].Ask(workload);
                var ended = Stopwatch.GetElapsedTime(begin);
                switch (answer)
                {
                    case ClientAnswer.Right:
                        right.Record(ended - at);
                        if (ended < time)
                        {
                            Interlocked.Increment(ref inTime);
                        }

                        break;
                    case ClientAnswer.Refused:
                        // How long a refusal takes once it is asked for: a client that is late is not the service's delay.
                        refusals.Record(ended - sent);
                        break;
                    default:
                        Interlocked.Increment(ref wrong);
                        break;
                }
            }
        });
        return new OpenLoopResult(
            perSecond,
            asked / time.TotalSeconds,
            inTime / time.TotalSeconds,
            wrong,
            right.Count == 0 ? null : right.Summary(),
            refusals.Count == 0 ? null : refusals.Summary());
    }
}

/// <summary>What came of it.</summary>
/// <param name="DuePerSecond">Requests that were due in a second.</param>
/// <param name="OfferedPerSecond">Requests that were made in a second: less than were due if the clients could not.</param>
/// <param name="GoodPerSecond">Right answers within the time, a second.</param>
/// <param name="Wrong">Answers that were neither right nor a refusal.</param>
/// <param name="Latency">Of right answers, from when they were due.</param>
/// <param name="Refusals">Of refusals, from when they were asked for.</param>
internal sealed record OpenLoopResult(double DuePerSecond, double OfferedPerSecond, double GoodPerSecond, int Wrong, LatencySummary? Latency, LatencySummary? Refusals);
