namespace Mayfly.Bench.Accounts;

/// <summary>The processes of one service, by what they are.</summary>
/// <remarks>
/// mayfly-cells is the parent of all. Its children are the gateway and each cell's PID 1. What is in a cell but not in a jail
/// lives in the cell's pid namespace: agent, jailer, zygotes. A jail has one of its own.
/// </remarks>
internal sealed class ServiceProcesses
{
    private const string AgentName = "mayfly-agent";

    private ServiceProcesses(ProcessStat cells, List<ProcessStat> gateway, List<Cell> inCells) => (Cells, Gateway, InCells) = (cells, gateway, inCells);

    /// <summary>mayfly-cells.</summary>
    public ProcessStat Cells { get; }

    /// <summary>The gateway.</summary>
    public List<ProcessStat> Gateway { get; }

    public List<Cell> InCells { get; }

    /// <summary>Whether a process of a cell's own is a warm interpreter.</summary>
    public static bool IsZygote(ProcessStat own) => own.Name is "node" || own.Name.StartsWith("python", StringComparison.Ordinal);

    public static ServiceProcesses Of(int top)
    {
        var family = ProcessTree.Below(top);
        var cells = family.First(process => process.Id == top);
        var agents = family.Where(process => process.Parent == top && AgentName.StartsWith(process.Name, StringComparison.Ordinal)).ToList();
        var inCells = agents.Select(Cell.Of).ToList();
        var known = inCells.SelectMany(cell => cell.Own.Concat(cell.Jailed)).Select(process => process.Id).ToHashSet();
        var gateway = family.Where(process => process.Id != top && !known.Contains(process.Id)).ToList();
        return new ServiceProcesses(cells, gateway, inCells);
    }
}

/// <summary>One cell's processes.</summary>
/// <param name="Agent">Its PID 1.</param>
/// <param name="Own">Agent, jailer, zygotes and whatever else is no execution's.</param>
/// <param name="Jailed">Executions and spares, with the init of each jail.</param>
internal sealed record Cell(ProcessStat Agent, List<ProcessStat> Own, List<ProcessStat> Jailed)
{
    public static Cell Of(ProcessStat agent)
    {
        var outer = PidNamespace(agent.Id);
        var split = ProcessTree.Below(agent.Id).Select(process => (process, place: PidNamespace(process.Id))).Where(pair => pair.place is not null).ToLookup(pair => pair.place == outer, pair => pair.process);
        return new Cell(agent, [.. split[true]], [.. split[false]]);
    }

    /// <summary>The pid namespace of a process; null: it is gone.</summary>
    public static string? PidNamespace(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/pid").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
