namespace Mayfly.Dispatch;

/// <summary>Whose executions may share a cell, one after another or side by side.</summary>
internal enum CellReuse
{
    /// <summary>Nobody's: a cell serves one execution and is recycled.</summary>
    Never,

    /// <summary>One key's, until the cell is recycled.</summary>
    Key,

    /// <summary>Everybody's: what gets out of a jail meets other keys' executions.</summary>
    Shared,
}

/// <summary>Why a cell is recycled that did nothing wrong, or is not trusted any more.</summary>
internal enum RecycleCause
{
    /// <summary>It has served as many executions as a cell may.</summary>
    Executions,

    /// <summary>It has been in service for as long as a cell may.</summary>
    Age,

    /// <summary>Another key needs a cell.</summary>
    OtherKey,

    /// <summary>Something in it went wrong.</summary>
    Trouble,
}

/// <summary>The policy in numbers, as <see cref="Slots"/> keeps it.</summary>
/// <param name="Reuse">Whose executions may share a cell.</param>
/// <param name="Cells">Cells that executions may run in at the same time.</param>
/// <param name="Places">Cells kept up: these and the standby cells.</param>
/// <param name="SlotsPerCell">Executions side by side in one cell.</param>
/// <param name="MostExecutions">After so many a cell is recycled; 0: no limit.</param>
/// <param name="MostAge">So long after it took its first work a cell is recycled; zero: no limit.</param>
internal sealed record ReusePolicy(CellReuse Reuse, int Cells, int Places, int SlotsPerCell, int MostExecutions, TimeSpan MostAge)
{
    /// <summary>The one owner of all cells where they are shared.</summary>
    public const long Everyone = 0;

    /// <summary>Whether every cell serves every key.</summary>
    public bool IsShared => Reuse == CellReuse.Shared;

    /// <summary>Whom a cell belongs to that serves this turn.</summary>
    public long OwnerOf(long turn) => IsShared ? Everyone : turn;

    /// <summary>As configured.</summary>
    public static ReusePolicy From(DispatchOptions options) => new(
        options.ReuseInForce,
        options.Cells,
        options.Places,
        options.SlotsPerCell,
        options.ReuseInForce == CellReuse.Never ? 1 : options.ExecutionsInForce,
        TimeSpan.FromMinutes(options.MinutesInForce));
}
