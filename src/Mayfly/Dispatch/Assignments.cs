using System.Collections.Immutable;

namespace Mayfly.Dispatch;

/// <summary>Which cell is whose: keeps the rules of the reuse policy. Not thread-safe: <see cref="Slots"/> holds its lock.</summary>
/// <remarks>
/// A cell that comes up is a standby: nobody's. It is assigned once, to one owner, and afterwards only recycled, never handed over. Executions
/// run in at most <see cref="ReusePolicy.Cells"/> cells at a time, those included that are recycled and still finish something, so memory is bounded as
/// if there were no standby cells. Where cells are shared, everybody is one owner, and cells are assigned as they come up.
/// </remarks>
/// <param name="policy">The rules' numbers.</param>
/// <param name="time">The clock.</param>
internal sealed class Assignments(ReusePolicy policy, TimeProvider time)
{
    // A busy cell is not taken from its key sooner: each change costs a boot, and must be worth it.
    internal static readonly TimeSpan LeastTurn = TimeSpan.FromSeconds(1);

    // Preparing a jail takes milliseconds, 0.1 s in gVisor. A cell that has none ready after so long prepares none any more.
    internal static readonly TimeSpan PreparingLimit = TimeSpan.FromSeconds(10);

    /// <summary>Cells that are up, whatever they are there for.</summary>
    public ImmutableArray<CellConnection> Up { get; private set; } = [];

    /// <summary>Those of them that are assigned and have a ready slot.</summary>
    public List<CellConnection> Ready { get; } = [];

    /// <summary>Cells that executions run in, or may begin to at any time.</summary>
    public int InUse
    {
        get
        {
            var count = 0;
            foreach (var cell in Up)
            {
                if (cell.Use.State == CellState.Assigned || (cell.Use.State == CellState.Recycling && cell.Use.Leases > 0)) count++;
            }

            return count;
        }
    }

    /// <summary>A cell came up.</summary>
    public void Enter(CellConnection cell)
    {
        Up = Up.Add(cell);
        if (policy.IsShared) FillService();
    }

    /// <summary>A cell is over.</summary>
    public void Leave(CellConnection cell)
    {
        Up = Up.Remove(cell);
        Ready.Remove(cell);
        cell.Use.ReadySlots = 0;
        if (policy.IsShared) FillService();
    }

    /// <summary>Shared cells: as many as may be in service are.</summary>
    public void FillService()
    {
        while (InUse < policy.Cells && Up.FirstOrDefault(cell => cell.Use.State == CellState.Standby) is { } standby) Assign(standby, ReusePolicy.Everyone);
    }

    /// <summary>A cell has one more slot ready.</summary>
    public void AddSlot(CellConnection cell)
    {
        if (cell.Use.ReadySlots++ == 0 && cell.Use.State == CellState.Assigned) Ready.Add(cell);
    }

    /// <summary>A slot of a cell is leased.</summary>
    public void Take(CellConnection cell)
    {
        if (--cell.Use.ReadySlots == 0) Ready.Remove(cell);
        cell.Use.BeginLease();

        // Shared cells would all reach it at the same time: they go one after another, see RecycleWhatIsDue.
        if (!policy.IsShared && cell.Use.Served == policy.MostExecutions) Recycle(cell, RecycleCause.Executions, $"it was given {cell.Use.Served} executions");
    }

    /// <summary>The owner's cell with the most ready slots; null if none has any.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="but">A cell to leave out.</param>
    public CellConnection? ReadyCellOf(long owner, CellConnection? but)
    {
        CellConnection? best = null;
        foreach (var cell in Ready)
        {
            if (cell.Use.Owner == owner && cell != but && (best is null || cell.Use.ReadySlots > best.Use.ReadySlots)) best = cell;
        }

        return best;
    }

    /// <summary>How many cells the owner has.</summary>
    public int CellsOf(long owner)
    {
        var count = 0;
        foreach (var cell in Up)
        {
            if (IsOf(cell, owner)) count++;
        }

        return count;
    }

    /// <summary>Slots of the owner's cells that are neither ready nor in use: they are about to be ready.</summary>
    public int PreparingFor(long owner)
    {
        var count = 0;
        foreach (var cell in Up)
        {
            if (IsOf(cell, owner)) count += Math.Max(0, policy.SlotsPerCell - cell.Use.ReadySlots - cell.Use.Leases);
        }

        return count;
    }

    /// <summary>Gives the owner one more cell: a ready standby; where as many cells as may be are in use, in exchange for one that is idle and nobody waits for.</summary>
    /// <param name="owner">Who needs it.</param>
    /// <param name="isWaitedFor">Whether an owner waits for a slot.</param>
    /// <returns>The cell, or null: there is no ready standby, or no cell to give up for it.</returns>
    public CellConnection? AssignOneMore(long owner, Func<long, bool> isWaitedFor)
    {
        if (Up.FirstOrDefault(IsReadyStandby) is not { } standby) return null;
        if (InUse >= policy.Cells && !RecycleIdle(isWaitedFor)) return null;
        Assign(standby, owner);
        return standby;
    }

    /// <summary>Sees to it that places become free for those who wait: where more wait than cells are on standby or booting, idle ones of others are recycled.</summary>
    public void FreePlaces(int wanted, Func<long, bool> isWaitedFor)
    {
        for (var coming = policy.Places - InUse; coming < wanted; coming++)
        {
            if (!RecycleIdle(isWaitedFor)) return;
        }
    }

    /// <summary>Takes a busy cell from the owner who has most of them, or has had one for longest, for another who has none. Called every now and then.</summary>
    public void TakeTurns(int ownersWithoutCell)
    {
        var leaving = Up.Count(cell => cell.Use is { State: CellState.Recycling, Leases: > 0 });
        if (ownersWithoutCell <= leaving) return;

        // Without a standby that is ready for the other nobody would gain by it, unless there will never be one.
        var standby = Up.Count(IsReadyStandby);
        if (standby <= leaving && (leaving > 0 || InUse < policy.Places)) return;
        var longest = Up
            .Where(cell => cell.Use.State == CellState.Assigned && time.GetElapsedTime(cell.Use.AssignedAt) >= LeastTurn)
            .OrderByDescending(cell => CellsOf(cell.Use.Owner)).ThenBy(cell => cell.Use.AssignedAt)
            .FirstOrDefault();
        if (longest is not null) Recycle(longest, RecycleCause.OtherKey, "another key waits, and all cells are busy");
    }

    /// <summary>Recycles cells that are too old or stuck; shared ones one after another, so that the others carry on.</summary>
    public void RecycleWhatIsDue()
    {
        foreach (var cell in Up)
        {
            if (cell.Use.State != CellState.Assigned) continue;
            if (!policy.IsShared && cell.Use is { Leases: 0, ReadySlots: 0 } && time.GetElapsedTime(cell.Use.IdleSince) > PreparingLimit)
            {
                Recycle(cell, RecycleCause.Trouble, $"none of its slots was ready for {PreparingLimit.TotalSeconds} s");
            }
            else if (IsTooOld(cell) && IsItsTurn())
            {
                Recycle(cell, RecycleCause.Age, $"it has served for {policy.MostAge.TotalMinutes} minutes");
            }
            else if (policy is { IsShared: true, MostExecutions: > 0 } && cell.Use.Served >= policy.MostExecutions && IsItsTurn())
            {
                Recycle(cell, RecycleCause.Executions, $"it was given {cell.Use.Served} executions");
            }
        }
    }

    /// <summary>A cell takes nothing more, and is killed as soon as nothing runs in it.</summary>
    public void Recycle(CellConnection cell, RecycleCause cause, string detail)
    {
        if (cell.Use.State == CellState.Recycling) return;
        cell.Use.Recycle(cause, detail);
        Ready.Remove(cell);
        if (cell.Use.Leases == 0) Bury(cell);
    }

    /// <summary>Kills a cell that is recycled and empty.</summary>
    // Not here: ending a stream is long for a lock, and nobody waits for it.
    public static void Bury(CellConnection cell) => Task.Run(() => cell.Drop(Burial(cell)));

    /// <summary>Whether a cell is over because it was recycled; one that broke before that is lost like any other.</summary>
    public static bool WasBuried(CellConnection cell) => cell.Use.Recycled is not null && cell.Fault == Burial(cell);

    private static Fault Burial(CellConnection cell) => new(FaultCause.CellLost, $"the cell was recycled: {cell.Use.Detail}");

    private static bool IsOf(CellConnection cell, long owner) => cell.Use.State == CellState.Assigned && cell.Use.Owner == owner;

    private static bool IsReadyStandby(CellConnection cell) => cell.Use is { State: CellState.Standby, ReadySlots: > 0 };

    private bool IsTooOld(CellConnection cell) => policy.MostAge > TimeSpan.Zero && time.GetElapsedTime(cell.Use.AssignedAt) >= policy.MostAge;

    private bool IsItsTurn() => !policy.IsShared || (Up.Length == policy.Places && !Up.Any(cell => cell.Use.State == CellState.Recycling));

    private void Assign(CellConnection cell, long owner)
    {
        cell.Use.Assign(owner, time.GetTimestamp());
        if (cell.Use.ReadySlots > 0) Ready.Add(cell);
    }

    // The one that was idle for longest: its key is the least likely to miss it.
    private bool RecycleIdle(Func<long, bool> isWaitedFor)
    {
        CellConnection? idlest = null;
        foreach (var cell in Up)
        {
            if (cell.Use.State != CellState.Assigned || cell.Use.Leases > 0 || isWaitedFor(cell.Use.Owner)) continue;
            if (idlest is null || cell.Use.IdleSince < idlest.Use.IdleSince) idlest = cell;
        }

        if (idlest is null) return false;
        Recycle(idlest, RecycleCause.OtherKey, "it was idle, and another key needs a cell");
        return true;
    }
}
