using Mayfly.Bench.Accounts;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>CPU time and minor faults of one execution, by who used them.</summary>
internal static class CostPerExecution
{
    /// <param name="service">Measured; nobody else may ask it anything.</param>
    /// <param name="workload">What is executed.</param>
    /// <param name="count">Executions, one after another.</param>
    /// <param name="bare">The yardstick.</param>
    /// <param name="bareRuns">How often it is run before, and as often after.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<CostRow> RunAsync(Service service, Workload workload, int count, Contender bare, int bareRuns, CancellationToken stop)
    {
        using var client = service.Client();
        for (var warm = 0; warm < bareRuns; warm++)
        {
            _ = client.Run(workload);
        }

        var yardstick = Enumerable.Range(0, bareRuns).Select(_ => bare.Run(workload)!).ToList();
        var before = await Costs.TakeAsync(service.Top, stop);
        for (var number = 0; number < count; number++)
        {
            stop.ThrowIfCancellationRequested();
            if (client.Ask(workload) != ClientAnswer.Right)
            {
                throw new InvalidOperationException($"{workload.Name}: an answer was not as expected");
            }
        }

        var each = (await Costs.TakeAsync(service.Top, stop) - before) / count;
        yardstick.AddRange(Enumerable.Range(0, bareRuns).Select(_ => bare.Run(workload)!));
        var reported = Enumerable.Range(0, bareRuns).Select(_ => client.Reported(workload)).ToList();
        return new CostRow(
            workload.Name,
            count,
            each,
            Statistics.Median(yardstick.Select(sample => sample.CpuMs!.Value)),
            Statistics.Median(yardstick.Select(sample => (double)sample.MinorFaults!.Value)),
            Statistics.Median(reported.Select(pair => pair.ExecutionMs)),
            Statistics.Median(reported.Select(pair => pair.MemoryMiB)));
    }
}

/// <summary>What one execution of a program costs.</summary>
/// <param name="Workload">The program.</param>
/// <param name="Executions">How many it was measured over.</param>
/// <param name="Each">Of one.</param>
/// <param name="BareCpuMs">Of a bare interpreter doing it.</param>
/// <param name="BareMinorFaults">Likewise.</param>
/// <param name="ReportedMs">executionTimeMs of the answers.</param>
/// <param name="ReportedMiB">memoryUsageMb of the answers.</param>
internal sealed record CostRow(string Workload, int Executions, Costs Each, double BareCpuMs, double BareMinorFaults, double ReportedMs, double ReportedMiB)
{
    public double CpuRatio => Each.Total.CpuMs / BareCpuMs;
}
