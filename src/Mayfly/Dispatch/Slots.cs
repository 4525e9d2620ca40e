using System.Collections.Immutable;

namespace Mayfly.Dispatch;

/// <summary>All slots of all cells: leases them out, and keeps those who wait in a fair, bounded queue.</summary>
/// <remarks>
/// One lock, held for a few pointers' worth of work. A slot that becomes ready goes to who waits; one that nobody waits for stays with its cell.
/// So there is never both a ready slot and a waiter, but for a second try that must not go to the cell that failed it.
/// </remarks>
/// <param name="capacity">The most that may wait.</param>
/// <param name="time">For the bound of the wait.</param>
internal sealed class Slots(int capacity, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly FairQueue<Waiter> _queue = new(capacity);

    // Second tries have waited before, and are bounded by what runs: they go first and need no place in the queue.
    private readonly LinkedList<Waiter> _secondTries = new();

    private readonly List<CellConnection> _ready = []; // those with a ready slot
    private ImmutableArray<CellConnection> _up = [];
    private bool _closed;

    /// <summary>Cells that take work.</summary>
    public ImmutableArray<CellConnection> Up
    {
        get
        {
            lock (_sync) return _up;
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_sync) return _queue.Count + _secondTries.Count;
        }
    }

    /// <summary>How many slots could take an execution now.</summary>
    public int Ready
    {
        get
        {
            lock (_sync) return _ready.Sum(cell => cell.ReadySlots);
        }
    }

    /// <summary>A cell takes work from now on.</summary>
    public void Enter(CellConnection cell)
    {
        lock (_sync) _up = _up.Add(cell);
    }

    /// <summary>A cell takes no more work.</summary>
    public void Leave(CellConnection cell)
    {
        lock (_sync)
        {
            _up = _up.Remove(cell);
            _ready.Remove(cell);
            cell.ReadySlots = 0;

            // With one cell left, a second try has no other choice.
            foreach (var other in _ready.ToArray()) Grant(other);
        }
    }

    /// <summary>A cell has one more slot: newly prepared, or leased and not used.</summary>
    public void Offer(CellConnection cell)
    {
        lock (_sync)
        {
            if (!_up.Contains(cell)) return;
            if (cell.ReadySlots++ == 0) _ready.Add(cell);
            Grant(cell);
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
            if (Choose(failed) is { } cell)
            {
                TakeFrom(cell);
                return new(new Lease(cell, LeaseRefusal.None));
            }

            waiter = new Waiter(this, failed);
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

    // The cell with the most ready slots, of two random ones: as good as looking at all of them (the power of two choices), and simultaneous
    // requests do not all run to the same one.
    private CellConnection? Choose(CellConnection? failed)
    {
        if (failed is not null) return _ready.Where(cell => MayServe(cell, failed)).MaxBy(cell => cell.ReadySlots);
        if (_ready.Count < 2) return _ready.FirstOrDefault();

        var first = Random.Shared.Next(_ready.Count);
        var second = (first + 1 + Random.Shared.Next(_ready.Count - 1)) % _ready.Count;
        return _ready[first].ReadySlots >= _ready[second].ReadySlots ? _ready[first] : _ready[second];
    }

    private bool MayServe(CellConnection cell, CellConnection? failed) => cell != failed || _up.Length == 1;

    private void TakeFrom(CellConnection cell)
    {
        if (--cell.ReadySlots == 0) _ready.Remove(cell);
    }

    private void Grant(CellConnection cell)
    {
        while (cell.ReadySlots > 0 && NextFor(cell) is { } waiter)
        {
            TakeFrom(cell);
            waiter.TrySetResult(new Lease(cell, LeaseRefusal.None));
        }
    }

    private Waiter? NextFor(CellConnection cell)
    {
        for (var node = _secondTries.First; node is not null; node = node.Next)
        {
            if (!MayServe(cell, node.Value.Failed)) continue;
            _secondTries.Remove(node);
            return node.Value;
        }

        return _queue.TryTake(out var waiter) ? waiter : null;
    }

    private void GiveUp(Waiter waiter, LeaseRefusal refusal)
    {
        lock (_sync)
        {
            if (waiter.SecondTry is { List: not null } node) _secondTries.Remove(node);
            else if (waiter.Place is not { } place || !_queue.Remove(place)) return; // it has its slot already

            waiter.TrySetResult(new Lease(null, _up.IsEmpty && refusal == LeaseRefusal.WaitedTooLong ? LeaseRefusal.NoCell : refusal));
        }
    }

    private sealed class Waiter(Slots slots, CellConnection? failed)
        : TaskCompletionSource<Lease>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
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
