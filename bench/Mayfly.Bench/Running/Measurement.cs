using Mayfly.Bench.Accounts;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Machine;
using Mayfly.Bench.Report;

namespace Mayfly.Bench.Running;

/// <summary>One whole run: everything that the table of figures needs, in turns with its yardsticks.</summary>
/// <remarks>
/// The order: first what the client and the machine can do, then one client, then many, then too many. What leaves traces comes late.
/// </remarks>
internal static class Measurement
{
    private const double OpenLoopShare = 0.7;
    private const int OpenLoopClients = 64;
    private const int WarmUpClients = 4;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DriftNeeds = TimeSpan.FromSeconds(10);

    public static async Task<BenchReport> RunAsync(MayflyProgram program, Plan plan, CancellationToken stop)
    {
        var load = MachineDescription.Load();
        var phases = new Phases(plan.Limit, stop);
        var probe = Path.Combine(AppContext.BaseDirectory, "probe");
        await using var service = await Service.StartAsync(program, [], stop);
        using var root = BenchRoot.Mount(await program.ImageRootAsync(stop));
        using var client = service.Client();
        using var contenders = ContenderSet.Find(client, root, Path.Combine(AppContext.BaseDirectory, "peers"));

        var ceiling = await phases.RunAsync("what the client can do", Seconds(2), token => ClientCeiling.MeasureAsync(token));
        // A service runs for weeks: what .NET compiles in its first seconds is not what a request costs.
        await phases.RunAsync("first requests", 2 * Workload.All.Length * WarmUp, token =>
        {
            using var clients = Clients.Of(service, WarmUpClients);
            foreach (var workload in Workload.All)
            {
                ClosedLoop.Run(clients, workload, WarmUp, token);
            }

            return clients;
        });
        // In the same minute as what is divided by it.
        var probes = await phases.RunAsync("what the machine charges", Seconds(3), async token =>
        {
            await using var echo = await EchoServer.StartAsync(token);
            return Probes.Measure(probe, echo, service.Data);
        });
        List<Result> comparison = [];
        foreach (var workload in Workload.All)
        {
            var results = await phases.RunAsync($"{workload.Name}, in turns", plan.Comparison, token => Comparison.Run(contenders.Present, workload, plan.Rounds, plan.Comparison, plan.LeastRounds, token));
            comparison.AddRange(results ?? []);
        }

        var throughput = await phases.RunAsync("closed loop", plan.Throughput, token => Throughput.Run(service, root.Path, plan.ThroughputSlice, plan.ThroughputPairs, plan.Throughput, token));
        // After many executions: what .NET compiles on the way is not what an execution costs.
        var spares = await phases.RunAsync("memory of idle spares", Seconds(2), async token =>
        {
            await Task.Delay(Seconds(1), token);
            return SpareMemory.Of(service.Top);
        });
        List<CostRow> costs = [];
        foreach (var workload in Workload.All)
        {
            var light = workload == Workload.Print || workload == Workload.Console;
            var row = await phases.RunAsync($"{workload.Name}, CPU and faults", Seconds(4), token => CostPerExecution.RunAsync(service, workload, light ? plan.LightExecutions : plan.HeavyExecutions, contenders.Bare, light ? 5 : 1, token));
            costs.AddRange(row is null ? [] : [row]);
        }

        var scaling = Environment.ProcessorCount < 2 ? null
            : await phases.RunAsync("a second processor", 4 * plan.ScalingRounds * plan.ScalingSlice, token => Scaling.Run(service, probe, plan.ScalingSlice, plan.ScalingRounds, token));
        var saturation = throughput?.Where(row => row.Workload == Workload.Print.Name).Select(row => row.PerSecond).DefaultIfEmpty(0).Max() ?? 0;
        var open = saturation == 0 ? null : await phases.RunAsync("open loop at 70 % of saturation", plan.OpenLoop, token =>
        {
            using var clients = Clients.Of(service, OpenLoopClients);
            return OpenLoop.Run(clients, Workload.Print, saturation * OpenLoopShare, plan.OpenLoop, token);
        });
        var overload = await phases.RunAsync("ten times too much", 3 * plan.Overload, token => Overload.Run(service, plan.Overload, token));
        var neighbours = await phases.RunAsync("beside neighbours", 9 * plan.NeighbourRounds * plan.NeighbourSlice, token => Neighbours.Run(service, plan.NeighbourSlice, plan.NeighbourRounds, token));
        var drift = await phases.RunAsync("many in a row", plan.Drift < DriftNeeds ? plan.Drift : DriftNeeds, token => Drift.Run(service, plan.DriftExecutions, plan.Drift, token));

        return new BenchReport
        {
            Machine = MachineDescription.Text(),
            LoadBefore = load,
            Runtimes = service.Runtimes,
            Probes = probes,
            ClientPerSecond = ceiling?.PerSecond,
            Comparison = comparison,
            MissingPeers = contenders.Missing,
            Spares = spares ?? [],
            Costs = costs,
            Throughput = throughput ?? [],
            OpenLoop = open,
            Overload = overload,
            Neighbours = neighbours ?? [],
            Drift = drift,
            Scaling = scaling,
            NotMeasured = phases.NotMeasured,
            Seconds = phases.Seconds,
            Failed = phases.Failed || comparison.Any(result => result.Failure is not null),
        };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
