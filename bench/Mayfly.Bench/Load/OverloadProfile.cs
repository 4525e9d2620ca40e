using Mayfly.Bench.Accounts;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>An overload with an account of the processors: at the peak, and while ten times as much is asked for.</summary>
internal static class OverloadProfile
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(MayflyProgram program, TimeSpan time, CancellationToken stop)
    {
        await using var service = await Service.StartAsync(program, [], stop);
        using var few = Clients.Of(service, Overload.PeakClients);
        using var many = Clients.Of(service, Overload.Connections);
        ClosedLoop.Run(few, Contenders.Workload.Print, Warm, stop);

        double peak = 0;
        var calm = await AccountAsync(service, time, () => peak = ClosedLoop.Run(few, Contenders.Workload.Print, time, stop).PerSecond, stop);
        OpenLoopResult loaded = null!;
        var crowded = await AccountAsync(service, time, () => loaded = OpenLoop.Run(many, Contenders.Workload.Print, peak * Overload.Times, time, stop), stop);

        var refused = loaded.OfferedPerSecond - loaded.GoodPerSecond;
        var table = new TextTable(
            "Processors' time, ms a second",
            ["", "executions a second", "refusals a second", "gateway", "agent, jailer, zygotes", "jails", "the client itself"],
            [],
            $"Goodput / peak {Numbers.Text(loaded.GoodPerSecond / peak)}; a refusal's p99 {Numbers.Text(loaded.Refusals?.P99Ms ?? 0)} ms; neither right nor a refusal: {loaded.Wrong}; offered {Numbers.Text(loaded.OfferedPerSecond / peak)} times the peak; {Environment.ProcessorCount} processors.");
        table.Rows.Add([$"peak, {Overload.PeakClients} clients", Numbers.Text(peak), "0", .. calm]);
        table.Rows.Add([$"{Overload.Times} times as much, {Overload.Connections} clients", Numbers.Text(loaded.GoodPerSecond), Numbers.Text(refused), .. crowded]);
        Console.WriteLine(table.ToMarkdown());
        return 0;
    }

    private static async Task<string[]> AccountAsync(Service service, TimeSpan time, Action load, CancellationToken stop)
    {
        var (costs, own) = (await Costs.TakeAsync(service.Top, stop), Environment.CpuUsage.TotalTime);
        await Task.Run(load, stop);
        var client = Environment.CpuUsage.TotalTime - own;
        var used = (await Costs.TakeAsync(service.Top, stop) - costs) / time.TotalSeconds;
        return [.. new[] { used.Gateway.CpuMs, used.Agent.CpuMs, used.Child.CpuMs, client.TotalMilliseconds / time.TotalSeconds }.Select(ms => Numbers.Text(ms))];
    }
}
