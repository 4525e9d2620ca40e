using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mayfly.Bench.Accounts;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Many mixed executions, good and hostile, then: has anything accumulated?</summary>
/// <remarks>
/// The service is looked at three times, each when it has come to rest: spares follow demand, and take two minutes to be as few as before. What grew between the middle and
/// the end accumulates; what grew before the middle may have been caches and pools that reach their size.
/// </remarks>
internal static class Soak
{
    // As many as the service runs at a time by default: two cells with eight slots.
    private const int ClientCount = 16;
    private const int Settling = 300;

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);

    // A kind of spares shrinks every 15 s (JailPool.s_quiet).
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(Service service, int runs, CancellationToken stop)
    {
        var mix = new SoakMix();
        var wrong = new ConcurrentBag<string>();
        _ = Run(service, mix, 0, Math.Min(runs, Settling), wrong, stop); // pools, caches and tiers reach their working size
        using var zygotes = new ZygoteWatch(service.Top);
        var before = await AtRestAsync(service, stop);
        var half = runs / 2;
        var first = Run(service, mix, 0, half, wrong, stop);
        var forkingFirst = zygotes.CpuMs;
        var middle = await AtRestAsync(service, stop);
        var forkingMiddle = zygotes.CpuMs;
        var second = Run(service, mix, half, runs, wrong, stop);
        var forkingSecond = zygotes.CpuMs - forkingMiddle;
        var after = await AtRestAsync(service, stop);

        ConsoleReport.Print(new TextTable(
            "Held at rest",
            ["what", "before", "half way", "after"],
            [.. before.Figures.Keys.Union(middle.Figures.Keys).Union(after.Figures.Keys).Order(StringComparer.Ordinal).Select(name => (string[])[name, Text(before, name), Text(middle, name), Text(after, name)])]));
        ConsoleReport.Print(new TextTable(
            "First and second half",
            ["", "first", "second"],
            [
                ["executions a second", Text(half / first.Seconds), Text((runs - half) / second.Seconds)],
                ["p50 of print(1), ms", Text(first.PrintMs), Text(second.PrintMs)],
                ["CPU of warm zygotes for an execution, ms", Text(forkingFirst / half), Text(forkingSecond / (runs - half))],
            ]));
        var (all, begun) = zygotes.Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{runs} executions by {ClientCount} clients in {first.Seconds + second.Seconds:0} s, drawn from {mix.Attackers} attacks too; {all} warm interpreters, {begun} of them begun meanwhile; {wrong.Count} wrong answers."));
        foreach (var group in wrong.GroupBy(line => line).OrderByDescending(group => group.Count()).Take(10))
        {
            Console.WriteLine($"  {group.Count()} × {group.Key}");
        }

        var grown = after.GrownSince(middle);
        Console.WriteLine(grown.Count == 0 ? "Nothing grew in the second half." : $"Grew in the second half: {string.Join("; ", grown)}.");
        return wrong.IsEmpty && grown.Count == 0 ? 0 : 1;
    }

    private static (double Seconds, double PrintMs) Run(Service service, SoakMix mix, int from, int to, ConcurrentBag<string> wrong, CancellationToken stop)
    {
        var prints = new ConcurrentBag<double>();
        var next = from - 1;
        var begin = Stopwatch.GetTimestamp();
        using var clients = Clients.Of(service, ClientCount);
        Threads.Run(ClientCount, client =>
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var number && number < to)
            {
                var program = mix.At(number);
                var sample = clients[client].Run(program.Workload);
                if (program.Workload.Name == "print") prints.Add(sample.WallMs);
                if (sample.Status != program.ExitCode || sample.Output != program.Workload.Expected)
                {
                    wrong.Add($"{program.Workload.Name}: exit code {sample.Status}, {sample.Output.Length} characters: {sample.Output[..Math.Min(60, sample.Output.Length)]}");
                }
            }
        });
        stop.ThrowIfCancellationRequested();
        return (Stopwatch.GetElapsedTime(begin).TotalSeconds, prints.IsEmpty ? 0 : Statistics.Median(prints));
    }

    /// <summary>Waits until no spare comes or goes any more.</summary>
    private static async Task<Footprint> AtRestAsync(Service service, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        var (jailed, since) = (-1, begin);
        do
        {
            await Task.Delay(s_look, stop);
            var now = ServiceProcesses.Of(service.Top).InCells.Sum(cell => cell.Jailed.Count);
            if (now != jailed) (jailed, since) = (now, Stopwatch.GetTimestamp());
        }
        while (Stopwatch.GetElapsedTime(since) < s_calm && Stopwatch.GetElapsedTime(begin) < s_longestWait);
        return Footprint.Of(service.Top, service.Data);
    }

    private static string Text(Footprint footprint, string name) =>
        footprint.Figures.TryGetValue(name, out var value) ? value.ToString(CultureInfo.InvariantCulture) : "–";

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
