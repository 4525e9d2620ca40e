namespace Mayfly.Bench.Accounts;

/// <summary>CPU time and minor faults.</summary>
internal sealed record Cost(double CpuMs, double MinorFaults)
{
    public static Cost operator +(Cost one, Cost other) => new(one.CpuMs + other.CpuMs, one.MinorFaults + other.MinorFaults);

    public static Cost operator -(Cost one, Cost other) => new(one.CpuMs - other.CpuMs, one.MinorFaults - other.MinorFaults);

    public static Cost operator /(Cost one, double count) => new(one.CpuMs / count, one.MinorFaults / count);
}

/// <summary>What a service has used so far, by who used it.</summary>
/// <param name="Gateway">The HTTP side.</param>
/// <param name="Cells">mayfly-cells: nothing is asked of it while executions run.</param>
/// <param name="Agent">In the cells and outside of jails: agent, jailer, zygotes.</param>
/// <param name="Child">Jails that have ended and were waited for; see <see cref="TakeAsync"/>.</param>
/// <param name="CgroupCpuMs">All of the cells by their control groups, to compare with; null where the kernel does not keep it.</param>
internal sealed record Costs(Cost Gateway, Cost Cells, Cost Agent, Cost Child, double? CgroupCpuMs)
{
    // Spares are made anew and the last dead are waited for: their cost belongs to the executions before.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(600);

    public Cost Total => Gateway + Cells + Agent + Child;

    /// <summary>Takes it when all is quiet.</summary>
    /// <remarks>
    /// A jail's processes are waited for by its init, the init and the interpreter by jailer and zygotes, so that
    /// all of their time ends in the account "children" of the processes that stay. What is still alive (the spares)
    /// is not in it; as many are alive before a measurement as after it.
    /// </remarks>
    public static async Task<Costs> TakeAsync(int top, CancellationToken stop)
    {
        await Task.Delay(Settle, stop);
        var processes = ServiceProcesses.Of(top);
        return new Costs(
            processes.Gateway.Select(Own).Aggregate(new Cost(0, 0), (sum, cost) => sum + cost),
            Own(processes.Cells),
            processes.InCells.SelectMany(cell => cell.Own).Select(Own).Aggregate(new Cost(0, 0), (sum, cost) => sum + cost),
            processes.InCells.SelectMany(cell => cell.Own).Select(Children).Aggregate(new Cost(0, 0), (sum, cost) => sum + cost),
            Cgroups.CpuMs(processes.InCells.Select(cell => cell.Agent.Id)));
    }

    public static Costs operator -(Costs after, Costs before) => new(
        after.Gateway - before.Gateway,
        after.Cells - before.Cells,
        after.Agent - before.Agent,
        after.Child - before.Child,
        after.CgroupCpuMs - before.CgroupCpuMs);

    public static Costs operator /(Costs costs, double count) =>
        new(costs.Gateway / count, costs.Cells / count, costs.Agent / count, costs.Child / count, costs.CgroupCpuMs / count);

    private static Cost Own(ProcessStat process) => new(process.CpuMs, process.MinorFaults);

    private static Cost Children(ProcessStat process) => new(process.ChildrenCpuMs, process.ChildrenMinorFaults);
}
