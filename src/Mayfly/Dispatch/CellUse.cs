namespace Mayfly.Dispatch;

/// <summary>What a cell that is up is there for.</summary>
internal enum CellState
{
    /// <summary>Ready and nobody's.</summary>
    Standby,

    /// <summary>In service: for one key, or for all.</summary>
    Assigned,

    /// <summary>It takes nothing more; when what runs in it has ended, it is killed and another one is launched in its place.</summary>
    Recycling,
}

/// <summary>Whose a cell is and what it has done. Belongs to <see cref="Slots"/>, and to its lock, but for what is said of <see cref="EndLease"/>.</summary>
internal sealed class CellUse
{
    private int _leases;
    private int _state; // CellState

    /// <summary>What it is there for. It goes one way: Standby, Assigned, Recycling.</summary>
    public CellState State => (CellState)Volatile.Read(ref _state);

    /// <summary>Who it serves; means something from <see cref="CellState.Assigned"/> on, and never changes then.</summary>
    public long Owner { get; private set; }

    /// <summary>Slots that could take an execution.</summary>
    public int ReadySlots { get; set; }

    /// <summary>Executions that have a slot in it, from the lease to the result.</summary>
    public int Leases => Volatile.Read(ref _leases);

    /// <summary>Leases that there ever were.</summary>
    public long Served { get; private set; }

    /// <summary>When it was given to its owner.</summary>
    public long AssignedAt { get; private set; }

    /// <summary>When the last lease in it ended, or it was assigned.</summary>
    public long IdleSince { get; set; }

    /// <summary>Why it is recycled; null while it is not.</summary>
    public RecycleCause? Recycled { get; private set; }

    /// <summary>In words, for the log.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>It serves this owner from now on, and nobody else ever.</summary>
    public void Assign(long owner, long now)
    {
        if (State != CellState.Standby) throw new InvalidOperationException($"a cell that is {State} was to be assigned");
        (Owner, AssignedAt, IdleSince) = (owner, now, now);
        Volatile.Write(ref _state, (int)CellState.Assigned);
    }

    /// <summary>It takes nothing more.</summary>
    public void Recycle(RecycleCause cause, string detail)
    {
        (Recycled, Detail) = (cause, detail);

        // A full fence: whoever ends the last lease sees this, or Leases is seen as it left it.
        Interlocked.Exchange(ref _state, (int)CellState.Recycling);
    }

    /// <summary>One more execution has a slot in it.</summary>
    public void BeginLease()
    {
        Interlocked.Increment(ref _leases);
        Served++;
    }

    /// <summary>One execution less; may be called without the lock.</summary>
    /// <returns>How many are left.</returns>
    public int EndLease() => Interlocked.Decrement(ref _leases);
}
