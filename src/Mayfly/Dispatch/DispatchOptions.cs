using Mayfly.Protocol;

namespace Mayfly.Dispatch;

/// <summary>How many executions run side by side, how many wait, and how long anything is waited for.</summary>
internal sealed record DispatchOptions
{
    // A replacement starts while its predecessor is still being buried, and one launch may be given up and asked for again.
    private const int Spare = 2, MostCells = (FrameLimits.MaxCells - Spare) / 2;

    /// <summary>Cells kept up, 1..31. Each is a wall of its own, and a failure of one costs only what runs in it.</summary>
    public int Cells { get; init; } = 2;

    /// <summary>Executions side by side in one cell, 1..64; with reuse <c>never</c> it is 1.</summary>
    public int SlotsPerCell { get; init; } = 8;

    /// <summary>The kind of cell: <c>container</c> or <c>microvm</c>.</summary>
    public string Launcher { get; init; } = "container";

    /// <summary>Whose executions may share a cell. <c>never</c>: a cell serves one execution and is recycled; <c>key</c>: one key's, until it is recycled; <c>shared</c>: everybody's. Default: <c>shared</c> for container cells, which are for one trust domain, else <c>key</c>.</summary>
    public CellReuse? CellReuse { get; init; }

    /// <summary>Cells kept ready beside <see cref="Cells"/> and given to nobody, so that a new key or a replacement does not wait for a boot, 0..30. Without one it waits, at most <c>Queue:WaitMs</c>. Default: 1, with <c>shared</c> 0.</summary>
    public int? StandbyCells { get; init; }

    /// <summary>Executions after which a cell is recycled, 0..1 000 000 000; 0: no limit. Shared cells go one after another. Default: 10 000, with <c>shared</c> no limit.</summary>
    public int? CellExecutions { get; init; }

    /// <summary>Minutes in service after which a cell is recycled, 0..525 600; 0: no limit. What runs in it is finished. Default: 60, with <c>shared</c> no limit.</summary>
    public int? CellMinutes { get; init; }

    /// <summary>What each execution may use.</summary>
    public ExecutionLimits Limits { get; init; } = new();

    /// <summary>Bounds of the wait for a slot.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>Layers of the jail that the operator gave up by name; any other missing layer keeps a cell out of service. Default: none.</summary>
    public IReadOnlyList<string> WaivedLayers { get; init; } = [];

    /// <summary>From the launch of a cell to its Hello or a sign that its boot goes on, and from one sign to the next, in seconds, 1..600. At the limit it is replaced; at five times the limit in any case. Eight times as long for emulated micro-VMs.</summary>
    public int BootSeconds { get; init; } = 90;

    /// <summary>The share of the machine's memory that all slots together may be given, in percent, 1..100. Above it the number of slots is lowered.</summary>
    public int MemoryPercent { get; init; } = 75;

    /// <summary>Whether executions are forked from warm interpreters. If not, each starts a fresh one.</summary>
    public bool Warm { get; init; } = true;

    /// <summary>The warm interpreters of each cell; null: those of <see cref="TierOptions.Default"/>. At most 16.</summary>
    public IReadOnlyList<TierOptions>? Tiers { get; init; }

    /// <summary>Executions forked from one warm interpreter before a new one takes its place, 1..1 000 000: what its children share (addresses, hash seeds) changes then.</summary>
    public int ZygoteChildren { get; init; } = 10_000;

    /// <summary>Minutes after which a warm interpreter that has been used is replaced, 1..10 080.</summary>
    public int ZygoteMinutes { get; init; } = 30;

    /// <summary>The share of warm executions that are run once more, cold and free of charge, to count those that come out differently, in percent, 0..100; 0: none.</summary>
    public int ColdSamplePercent { get; init; }

    /// <summary>Optimisations to leave out, by name, for benches (bench/levers.json). Default: none.</summary>
    public IReadOnlyList<string> LeversOff { get; init; } = [];

    /// <summary><see cref="Tiers"/> as they are in force.</summary>
    public IReadOnlyList<TierOptions> TiersInForce => !Warm ? [] : Tiers ?? TierOptions.Default;

    /// <summary><see cref="CellReuse"/> as it is in force.</summary>
    public CellReuse ReuseInForce => CellReuse ?? (Launcher == "container" ? Dispatch.CellReuse.Shared : Dispatch.CellReuse.Key);

    /// <summary><see cref="StandbyCells"/> as it is in force.</summary>
    public int StandbyInForce => StandbyCells ?? (ReuseInForce == Dispatch.CellReuse.Shared ? 0 : 1);

    /// <summary><see cref="CellExecutions"/> as it is in force.</summary>
    public int ExecutionsInForce => CellExecutions ?? (ReuseInForce == Dispatch.CellReuse.Shared ? 0 : 10_000);

    /// <summary><see cref="CellMinutes"/> as it is in force.</summary>
    public int MinutesInForce => CellMinutes ?? (ReuseInForce == Dispatch.CellReuse.Shared ? 0 : 60);

    /// <summary>Cells kept up, standby cells included.</summary>
    public int Places => Cells + StandbyInForce;

    /// <summary>Cells that there may be at the same time, starting and dying ones included.</summary>
    public int CellsAtOnce => (2 * Places) + Spare;

    /// <summary>What is wrong with the numbers, naming the first bad one; null if nothing.</summary>
    public string? FirstProblem() =>
        ExecutionLimits.Range("Cells", Cells, 1, MostCells)
        ?? ExecutionLimits.Range("StandbyCells", StandbyInForce, 0, MostCells - Cells)
        ?? ExecutionLimits.Range("CellExecutions", ExecutionsInForce, 0, 1_000_000_000)
        ?? ExecutionLimits.Range("CellMinutes", MinutesInForce, 0, 525_600)
        ?? ReuseProblem()
        ?? ExecutionLimits.Range("SlotsPerCell", SlotsPerCell, 1, FrameLimits.MaxSlots)
        ?? ExecutionLimits.Range("BootSeconds", BootSeconds, 1, 600)
        ?? ExecutionLimits.Range("MemoryPercent", MemoryPercent, 1, 100)
        ?? ExecutionLimits.Range("ZygoteChildren", ZygoteChildren, 1, 1_000_000)
        ?? ExecutionLimits.Range("ColdSamplePercent", ColdSamplePercent, 0, 100)
        ?? ExecutionLimits.Range("ZygoteMinutes", ZygoteMinutes, 1, 10_080)
        ?? ExecutionLimits.Range("Tiers: their number", TiersInForce.Count, 0, FrameLimits.MaxTiers)
        ?? TiersInForce.Select(tier => tier.FirstProblem()).FirstOrDefault(problem => problem is not null)
        ?? Queue.FirstProblem()
        ?? Limits.FirstProblem();

    private string? ReuseProblem() => CellReuse is { } reuse && !Enum.IsDefined(reuse) ? $"CellReuse is {reuse}; it must be never, key or shared" : null;

    /// <summary>The same with as many slots as the machine has memory for: programs that reach their limit together must not starve the machine.</summary>
    /// <param name="machineBytes">Memory of the machine, or of the container that all of Mayfly runs in.</param>
    public DispatchOptions FitTo(long machineBytes)
    {
        // The second slot of a cell that serves one execution would never be used.
        var slots = ReuseInForce == Dispatch.CellReuse.Never ? 1 : SlotsPerCell;
        var room = (int)Math.Clamp(machineBytes * MemoryPercent / 100 / Limits.MemoryBytes, 1, int.MaxValue);
        var cells = Math.Min(Cells, room);
        return this with { Cells = cells, SlotsPerCell = Math.Min(slots, room / cells) };
    }
}

/// <summary>How many executions may wait for a slot, and how long.</summary>
internal sealed record QueueOptions
{
    /// <summary>Executions waiting for each slot, 0..1 000. When all places are taken, the next is answered 503 at once.</summary>
    public int LengthPerSlot { get; init; } = 4;

    /// <summary>The longest wait for a slot, in milliseconds, 1..60 000. At the limit: 503.</summary>
    public int WaitMs { get; init; } = 2_000;

    /// <summary><see cref="WaitMs"/> as a span.</summary>
    public TimeSpan Wait => TimeSpan.FromMilliseconds(WaitMs);

    /// <summary>What is wrong with the numbers, naming the first bad one; null if nothing.</summary>
    public string? FirstProblem() =>
        ExecutionLimits.Range("Queue:LengthPerSlot", LengthPerSlot, 0, 1_000)
        ?? ExecutionLimits.Range("Queue:WaitMs", WaitMs, 1, 60_000);
}
