using System.Collections.Immutable;

namespace Mayfly.Dispatch;

/// <summary>All slots of all cells: leases them out, and keeps those who wait in a fair, bounded queue.</summary>
/// <remarks>
/// One lock, held for a few pointers' worth of work. A slot that becomes ready goes to who waits; one that nobody waits for stays with its cell.
/// So there is never both a ready slot and a waiter who may use it, but for a second try that must not go to the cell that failed it. Who may use
/// which cell is the reuse policy's: <see cref="Assignments"/>.
/// </remarks>
/// <param name="policy">Whose executions may share a cell.</param>
/// <param name="capacity">The most that may wait.</param>
/// <param name="time">For the bound of the wait.</param>
internal sealed class Slots(ReusePolicy policy, int capacity, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly Assignments _cells = new(policy, time);
    private readonly FairQueue<Waiter> _queue = new(capacity);

    // Second tries have waited before, and are bounded by what runs: they go first and need no place in the queue.
    private readonly LinkedList<Waiter> _secondTries = new();

    private bool _closed;

    /// <summary>Cells that passed their self-test: in service, on standby, and those that are recycled and finish something.</summary>
    public ImmutableArray<CellConnection> Up
    {
        get
        {
            lock (_sync) return _cells.Up;
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_sync) return Waiters;
        }
    }

    /// <summary>How many slots could take an execution now.</summary>
    public int Ready
    {
        get
        {
            lock (_sync) return _cells.Up.Where(cell => cell.Use.State == CellState.Assigned || (cell.Use.State == CellState.Standby && !policy.IsShared)).Sum(cell => cell.Use.ReadySlots);
        }
    }

    /// <summary>Whether a first try of this turn would be refused now: no slot is ready and no place in the queue is free for it.</summary>
    public bool IsFullFor(long turn)
    {
        lock (_sync) return !_closed && _cells.Ready.Count == 0 && !_queue.HasPlaceFor(turn);
    }

    /// <summary>How many cells are in this state.</summary>
    public int Count(CellState state)
    {
        lock (_sync) return _cells.Up.Count(cell => cell.Use.State == state);
    }

    /// <summary>A cell is up.</summary>
    public void Enter(CellConnection cell)
    {
        lock (_sync) _cells.Enter(cell);
    }

    /// <summary>A cell takes no more work.</summary>
    public void Leave(CellConnection cell)
    {
        lock (_sync)
        {
            _cells.Leave(cell);

            // With one cell left, a second try has no other choice.
            foreach (var other in _cells.Ready.ToArray()) Grant(other);
            Settle();
        }
    }

    /// <summary>A cell has one more slot, newly prepared.</summary>
    public void Offer(CellConnection cell)
    {
        lock (_sync) Add(cell);
    }

    /// <summary>A lease was not used: nothing was sent to the cell.</summary>
    public void GiveBack(CellConnection cell)
    {
        lock (_sync)
        {
            Add(cell);
            cell.Use.EndLease();
            End(cell);
        }
    }

    /// <summary>A lease is over: its execution has a result. Its slot is ready again when the cell says so.</summary>
    /// <param name="cell">The lease's.</param>
    /// <param name="trouble">What went wrong on the cell's side; null if nothing. A cell that is not everybody's is not used again then.</param>
    public void Return(CellConnection cell, string? trouble)
    {
        var left = cell.Use.EndLease();

        // Nobody waits for a shared cell to be idle, unless it is recycled: no lock on its way.
        if (policy.IsShared && (left > 0 || cell.Use.State != CellState.Recycling)) return;
        lock (_sync)
        {
            // A cell whose connection is over is lost, not recycled.
            if (trouble is not null && !policy.IsShared && cell.Fault is null && _cells.Up.Contains(cell)) _cells.Recycle(cell, RecycleCause.Trouble, trouble);
            End(cell);
        }
    }

    /// <summary>Something in a cell went wrong, at no execution's expense. A cell that serves one key is not used again.</summary>
    public void Suspect(CellConnection cell, string trouble)
    {
        if (policy.IsShared) return;
        lock (_sync)
        {
            if (cell.Use.State != CellState.Assigned || !_cells.Up.Contains(cell)) return;
            _cells.Recycle(cell, RecycleCause.Trouble, trouble);
            Settle();
        }
    }

    /// <summary>What only time brings: cells that are due, and keys that have waited long enough for others' busy cells. Called a few times a second.</summary>
    public void Watch()
    {
        lock (_sync)
        {
            if (_closed) return;
            _cells.RecycleWhatIsDue();
            if (!policy.IsShared) _cells.TakeTurns(Needy().Count(owner => _cells.CellsOf(owner) == 0));
            Settle();
        }
    }

    /// <summary>Takes a slot, at once or after a bounded wait.</summary>
    /// <param name="turn">Whose turn it waits for.</param>
    /// <param name="failed">The cell that failed the first try: another one is taken if there is any. Null at the first try.</param>
    /// <param name="patience">The bound of the wait.</param>
    /// <param name="hangUp">Ends the wait.</param>
    public ValueTask<Lease> LeaseAsync(long turn, CellConnection? failed, TimeSpan patience, CancellationToken hangUp)
    {
        Waiter waiter;
        lock (_sync)
        {
            if (_closed) return new(new Lease(null, LeaseRefusal.Closed));
            if (Choose(policy.OwnerOf(turn), failed) is { } cell)
            {
                _cells.Take(cell);
                return new(new Lease(cell, LeaseRefusal.None));
            }

            waiter = new Waiter(this, policy.OwnerOf(turn), failed);
            if (failed is not null)
            {
                waiter.SecondTry = _secondTries.AddLast(waiter);
            }
            else
            {
                if (_queue.TryAdd(turn, waiter, out var displaced) is not { } place) return new(new Lease(null, LeaseRefusal.QueueFull));
                waiter.Place = place;
                displaced?.TrySetResult(new Lease(null, LeaseRefusal.QueueFull));
            }

            Settle();
        }

        return WaitAsync(waiter, patience, hangUp);
    }

    /// <summary>No more leases: whoever waits, or comes, is refused at once.</summary>
    public void Close()
    {
        lock (_sync)
        {
            _closed = true;
            foreach (var waiter in _secondTries) waiter.TrySetResult(new Lease(null, LeaseRefusal.Closed));
            _secondTries.Clear();
            while (_queue.TryTake(out var waiter)) waiter.TrySetResult(new Lease(null, LeaseRefusal.Closed));
        }
    }

    private async ValueTask<Lease> WaitAsync(Waiter waiter, TimeSpan patience, CancellationToken hangUp)
    {
        await using var timer = time.CreateTimer(static waiter => ((Waiter)waiter!).GiveUp(LeaseRefusal.WaitedTooLong), waiter, patience, Timeout.InfiniteTimeSpan);
        await using var registration = hangUp.UnsafeRegister(static waiter => ((Waiter)waiter!).GiveUp(LeaseRefusal.HungUp), waiter);
        return await waiter.Task;
    }

    private CellConnection? Choose(long owner, CellConnection? failed)
    {
        if (!policy.IsShared)
        {
            // One of its own that is about to have a slot is waited for: a standby is for who has none, and costs a boot.
            return _cells.ReadyCellOf(owner, but: failed)
                ?? (_cells.PreparingFor(owner) > WaitingFor(owner) ? null : _cells.AssignOneMore(owner, IsWaitedFor));
        }

        if (failed is not null) return _cells.Ready.Where(cell => MayServe(cell, failed)).MaxBy(cell => cell.Use.ReadySlots);
        return BetterOfTwo(_cells.Ready);
    }

    // The cell with the most ready slots, of two random ones: as good as looking at all of them (the power of two choices), and simultaneous
    // requests do not all run to the same one.
    private static CellConnection? BetterOfTwo(List<CellConnection> ready)
    {
        if (ready.Count < 2) return ready.FirstOrDefault();

        var first = Random.Shared.Next(ready.Count);
        var second = (first + 1 + Random.Shared.Next(ready.Count - 1)) % ready.Count;
        return ready[first].Use.ReadySlots >= ready[second].Use.ReadySlots ? ready[first] : ready[second];
    }

    private bool MayServe(CellConnection cell, CellConnection? failed) => cell != failed || _cells.Up.Length == 1;

    private void Add(CellConnection cell)
    {
        if (!_cells.Up.Contains(cell)) return;
        _cells.AddSlot(cell);
        if (cell.Use.State == CellState.Assigned) Grant(cell);
        else Settle();
    }

    private void End(CellConnection cell)
    {
        // Asked for again: another lease may have begun before the lock was taken.
        if (cell.Use.Leases > 0 || !_cells.Up.Contains(cell)) return;
        cell.Use.IdleSince = time.GetTimestamp();
        if (cell.Use.State == CellState.Recycling) Assignments.Bury(cell);
        if (policy.IsShared) _cells.FillService();
        Settle();
    }

    // Gives standby cells to those who wait and cannot be served by a cell of their own. With shared cells there are no such.
    private void Settle()
    {
        if (policy.IsShared || Waiters == 0) return;
        while (AssignToNeediest() is { } cell) Grant(cell);
        _cells.FreePlaces(Needy().Count(), IsWaitedFor);
    }

    private CellConnection? AssignToNeediest()
    {
        foreach (var owner in Needy().OrderBy(_cells.CellsOf))
        {
            if (_cells.AssignOneMore(owner, IsWaitedFor) is { } cell) return cell;
        }

        return null;
    }

    // Owners who have more waiting than slots that are about to be ready, in the order of their turns.
    private IEnumerable<long> Needy() =>
        _secondTries.Select(waiter => waiter.Owner).Concat(_queue.Turns).Distinct().Where(owner => WaitingFor(owner) > _cells.PreparingFor(owner));

    private int Waiters => _queue.Count + _secondTries.Count;

    private int WaitingFor(long owner) => _queue.CountOf(owner) + _secondTries.Count(waiter => waiter.Owner == owner);

    private bool IsWaitedFor(long owner) => WaitingFor(owner) > 0;

    private void Grant(CellConnection cell)
    {
        while (cell.Use is { State: CellState.Assigned, ReadySlots: > 0 } && NextFor(cell) is { } waiter)
        {
            _cells.Take(cell);
            waiter.TrySetResult(new Lease(cell, LeaseRefusal.None));
        }
    }

    private Waiter? NextFor(CellConnection cell)
    {
        for (var node = _secondTries.First; node is not null; node = node.Next)
        {
            if (node.Value.Owner != cell.Use.Owner || !MayServe(cell, node.Value.Failed)) continue;
            _secondTries.Remove(node);
            return node.Value;
        }

        if (policy.IsShared) return _queue.TryTake(out var next) ? next : null;
        return _queue.TryTake(cell.Use.Owner, out var own) ? own : null;
    }

    private void GiveUp(Waiter waiter, LeaseRefusal refusal)
    {
        lock (_sync)
        {
            if (waiter.SecondTry is { List: not null } node) _secondTries.Remove(node);
            else if (waiter.Place is not { } place || !_queue.Remove(place)) return; // it has its slot already

            waiter.TrySetResult(new Lease(null, _cells.Up.IsEmpty && refusal == LeaseRefusal.WaitedTooLong ? LeaseRefusal.NoCell : refusal));
        }
    }

    private sealed class Waiter(Slots slots, long owner, CellConnection? failed)
        : TaskCompletionSource<Lease>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal long Owner => owner;

        internal CellConnection? Failed => failed;

        internal FairQueue<Waiter>.Place? Place { get; set; }

        internal LinkedListNode<Waiter>? SecondTry { get; set; }

        internal void GiveUp(LeaseRefusal refusal) => slots.GiveUp(this, refusal);
    }
}

/// <summary>The right to send one execution to a cell, or why there is none.</summary>
internal readonly record struct Lease(CellConnection? Cell, LeaseRefusal Refusal);

/// <summary>Why there is no slot.</summary>
internal enum LeaseRefusal
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>All places in the queue are taken.</summary>
    QueueFull,

    /// <summary>No slot became free in time.</summary>
    WaitedTooLong,

    /// <summary>The same, because there is no cell.</summary>
    NoCell,

    /// <summary>The client is gone.</summary>
    HungUp,

    /// <summary>The gateway is shutting down.</summary>
    Closed,
}
