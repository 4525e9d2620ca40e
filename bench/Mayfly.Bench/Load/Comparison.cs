using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Load;

/// <summary>Lets contenders take turns at a workload.</summary>
internal static class Comparison
{
    /// <param name="contenders">The first is the yardstick.</param>
    /// <param name="workload">What they run.</param>
    /// <param name="rounds">As many as there should be.</param>
    /// <param name="time">What they may take together, and twice that for the first <paramref name="least"/> rounds; one is made whatever it takes.</param>
    /// <param name="least">See <paramref name="time"/>.</param>
    /// <param name="stop">Ends it between two runs.</param>
    public static List<Result> Run(List<Contender> contenders, Workload workload, int rounds, TimeSpan time, int least, CancellationToken stop)
    {
        var samples = contenders.ToDictionary(contender => contender, _ => new List<(Sample Own, Sample Bare)>());
        var failures = new Dictionary<Contender, string>();
        var skipped = new HashSet<Contender>();
        var begin = Stopwatch.GetTimestamp();

        // The first round warms disk caches and is not counted. The interpreters are the same for all: the first two warm them.
        for (var round = -1; round < rounds && (round < 1 || Stopwatch.GetElapsedTime(begin) < (round < least ? 2 * time : time)); round++)
        {
            var taking = contenders.Where(contender => !skipped.Contains(contender) && !failures.ContainsKey(contender) && round < contender.MostRounds && (round >= 0 || contender.MostRounds == int.MaxValue)).ToList();

            // There and back again (A B, B A): whoever came first in one round comes last in the next.
            var order = round % 2 == 0 ? taking : Enumerable.Reverse(taking);
            var ran = new Dictionary<Contender, Sample>();
            foreach (var contender in order)
            {
                stop.ThrowIfCancellationRequested();
                var sample = contender.Run(workload);
                if (sample is null)
                {
                    skipped.Add(contender);
                }
                else if (sample.Output != workload.Expected || sample.Status != 0)
                {
                    failures[contender] = $"status {sample.Status}, printed \"{sample.Output.Trim()}\"";
                }
                else
                {
                    ran[contender] = sample;
                }
            }

            foreach (var (contender, sample) in ran.Where(_ => round >= 0 && ran.ContainsKey(contenders[0])))
            {
                samples[contender].Add((sample, ran[contenders[0]]));
            }
        }

        return
        [
            .. contenders.Where(contender => !skipped.Contains(contender)).Select(contender => failures.TryGetValue(contender, out var failure)
                ? Result.Failed(workload, contender, failure)
                : Result.From(workload, contender, samples[contender])),
        ];
    }
}

/// <summary>One contender at one workload.</summary>
internal sealed record Result(string Workload, string Contender, string Lacks, int Pairs, double MedianMs, double P90Ms, double RatioToBare, double? CpuMs, double? MinorFaults, string? Failure)
{
    public static Result Failed(Workload workload, Contender contender, string failure) =>
        new(workload.Name, contender.Name, contender.Lacks, 0, 0, 0, 0, null, null, failure);

    public static Result From(Workload workload, Contender contender, List<(Sample Own, Sample Bare)> samples) => samples.Count == 0
        ? Failed(workload, contender, "no round was completed")
        : new(
            workload.Name,
            contender.Name,
            contender.Lacks,
            samples.Count,
            Statistics.Median(samples.Select(pair => pair.Own.WallMs)),
            Statistics.Quantile(samples.Select(pair => pair.Own.WallMs), 0.9),
            Statistics.Median(samples.Select(pair => pair.Own.WallMs / pair.Bare.WallMs)),
            samples[0].Own.CpuMs is null ? null : Statistics.Median(samples.Select(pair => pair.Own.CpuMs!.Value)),
            samples[0].Own.MinorFaults is null ? null : Statistics.Median(samples.Select(pair => (double)pair.Own.MinorFaults!.Value)),
            null);
}
