using Mayfly.Bench.Accounts;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Ablation;

/// <summary>What each lever is worth: a service without it beside one with all of them, in turns.</summary>
internal static class LeverComparison
{
    private const double LoadShare = 0.6;
    private const int PeakClients = 8;
    private const int LoadClients = 32;
    private static readonly TimeSpan s_loadTime = TimeSpan.FromSeconds(3);

    /// <param name="program">The built program.</param>
    /// <param name="levers">To be switched off, one at a time.</param>
    /// <param name="quick">Fewer executions.</param>
    /// <param name="stop">Ends it early.</param>
    public static async Task<List<LeverRow>> RunAsync(MayflyProgram program, Lever[] levers, bool quick, CancellationToken stop)
    {
        List<LeverRow> rows = [];
        await using var whole = await Service.StartAsync(program, [], stop);
        var perSecond = LoadShare * Peak(whole, stop);
        foreach (var lever in levers)
        {
            try
            {
                await using var without = await Service.StartAsync(program, ["--lever-off", lever.Name], stop, hopeless: $"lever \"{lever.Name}\" is not known");
                // As warm as the one that it is compared with: a new gateway compiles for its first thousand requests.
                _ = Peak(without, stop);
                foreach (var workload in Workload.All)
                {
                    rows.Add(await CompareAsync(lever, workload, whole, without, perSecond, quick, stop));
                }
            }
            catch (ServiceException unknown)
            {
                rows.Add(new LeverRow(lever, null, null, null, unknown.Message));
            }
        }

        return rows;
    }

    private static async Task<LeverRow> CompareAsync(Lever lever, Workload workload, Service whole, Service without, double perSecond, bool quick, CancellationToken stop)
    {
        var count = (workload == Workload.Print || workload == Workload.Console ? 60 : 6) / (quick ? 2 : 1);
        List<Costs> with = [], off = [];
        foreach (var (service, into) in ((Service, List<Costs>)[])[(whole, with), (without, off), (without, off), (whole, with)])
        {
            into.Add(await EachAsync(service, workload, count, stop));
        }

        var (tail, tailOff) = workload == Workload.Print ? Tails(whole, without, perSecond, quick, stop) : (null, null);
        return new LeverRow(lever, workload.Name, Median(with), Median(off), null) { TailMs = tail, TailMsWithout = tailOff };
    }

    // Some levers save nothing but move work to where nobody waits for it: only a load shows that.
    private static (double? With, double? Without) Tails(Service whole, Service without, double perSecond, bool quick, CancellationToken stop)
    {
        List<double> with = [], off = [];
        for (var round = 0; round < (quick ? 1 : 3); round++)
        {
            foreach (var (service, into) in ((Service, List<double>)[])[(whole, with), (without, off), (without, off), (whole, with)])
            {
                using var clients = Clients.Of(service, LoadClients);
                if (OpenLoop.Run(clients, Workload.Print, perSecond, s_loadTime, stop).Latency is { } latency) into.Add(latency.P99Ms);
            }
        }

        return (Statistics.Median(with), Statistics.Median(off));
    }

    private static double Peak(Service service, CancellationToken stop)
    {
        using var clients = Clients.Of(service, PeakClients);
        // The first is the compiler's.
        _ = ClosedLoop.Run(clients, Workload.Print, s_loadTime, stop);
        return ClosedLoop.Run(clients, Workload.Print, s_loadTime, stop).PerSecond;
    }

    private static async Task<Costs> EachAsync(Service service, Workload workload, int count, CancellationToken stop)
    {
        using var client = service.Client();
        _ = client.Ask(workload);
        var before = await Costs.TakeAsync(service.Top, stop);
        for (var number = 0; number < count; number++)
        {
            stop.ThrowIfCancellationRequested();
            if (client.Ask(workload) != ClientAnswer.Right)
            {
                throw new InvalidOperationException($"{workload.Name}: an answer was not as expected");
            }
        }

        return (await Costs.TakeAsync(service.Top, stop) - before) / count;
    }

    private static Cost Median(List<Costs> costs) => new(
        Statistics.Median(costs.Select(cost => cost.Total.CpuMs)),
        Statistics.Median(costs.Select(cost => cost.Total.MinorFaults)));
}

/// <summary>One lever at one program.</summary>
/// <param name="Lever">Which.</param>
/// <param name="Workload">The program; null: it was not measured.</param>
/// <param name="With">Of one execution, with every lever.</param>
/// <param name="Without">The same without this one.</param>
/// <param name="Skipped">Why it was not measured.</param>
internal sealed record LeverRow(Lever Lever, string? Workload, Cost? With, Cost? Without, string? Skipped)
{
    /// <summary>p99 in an open loop at 60 % of the most that the service can do; null where it was not measured.</summary>
    public double? TailMs { get; init; }

    /// <inheritdoc cref="TailMs"/>
    public double? TailMsWithout { get; init; }
}
