namespace Mayfly.Bench;

/// <summary>Lets contenders take turns at each workload.</summary>
internal static class Comparison
{
    private const int QuickDivisor = 3;

    public static async Task<List<Result>> RunAsync(List<Contender> contenders, Workload[] workloads, bool quick, CancellationToken stop)
    {
        List<Result> results = [];
        foreach (var workload in workloads)
        {
            var samples = contenders.ToDictionary(contender => contender, _ => new List<Sample>());
            var failures = new Dictionary<Contender, string>();
            var rounds = quick ? workload.Rounds / QuickDivisor : workload.Rounds;
            for (var round = -1; round < rounds; round++)
            {
                // There and back again (A B C, C B A): whoever came first in one round comes last in the next.
                var order = round % 2 == 0 ? contenders : Enumerable.Reverse(contenders);
                foreach (var contender in order.Where(contender => !failures.ContainsKey(contender)))
                {
                    var sample = await contender.Run(workload, stop);
                    if (sample.Output != workload.Expected || sample.Status != 0)
                    {
                        failures[contender] = $"status {sample.Status}, printed \"{sample.Output.Trim()}\"";
                    }
                    else if (round >= 0) // the first round warms disk caches and is not counted
                    {
                        samples[contender].Add(sample);
                    }
                }
            }

            var yardstick = samples[contenders[0]];
            results.AddRange(contenders.Select(contender => failures.TryGetValue(contender, out var failure)
                ? Result.Failed(workload, contender, failure)
                : Result.From(workload, contender, samples[contender], yardstick)));
        }

        return results;
    }
}

/// <summary>One contender at one workload.</summary>
internal sealed record Result(string Workload, string Contender, int Rounds, double MedianMs, double P90Ms, double RatioToBare, double? CpuMs, double? MinorFaults, string? Failure)
{
    public static Result Failed(Workload workload, Contender contender, string failure) =>
        new(workload.Name, contender.Name, 0, 0, 0, 0, null, null, failure);

    public static Result From(Workload workload, Contender contender, List<Sample> samples, List<Sample> yardstick) => new(
        workload.Name,
        contender.Name,
        samples.Count,
        Quantile(samples.Select(sample => sample.WallMs), 0.5),
        Quantile(samples.Select(sample => sample.WallMs), 0.9),
        Quantile(samples.Zip(yardstick, (sample, bare) => sample.WallMs / bare.WallMs), 0.5),
        samples[0].CpuMs is null ? null : Quantile(samples.Select(sample => sample.CpuMs!.Value), 0.5),
        samples[0].MinorFaults is null ? null : Quantile(samples.Select(sample => (double)sample.MinorFaults!.Value), 0.5),
        null);

    private static double Quantile(IEnumerable<double> values, double quantile)
    {
        var sorted = values.Order().ToArray();
        var at = quantile * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
