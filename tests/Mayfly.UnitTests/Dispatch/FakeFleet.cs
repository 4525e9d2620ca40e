using Mayfly.Dispatch;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>The slots of cells that do nothing: a test says when a cell boots, has a slot ready, or dies, and looks at who gets what.</summary>
internal sealed class FakeFleet : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly DispatchOptions s_options = new();

    private readonly List<CellConnection> _made = [];
    private readonly ReusePolicy _policy;
    private uint _last;

    internal FakeFleet(CellReuse reuse, int cells = 2, int standby = 1, int slots = 2, int executions = 0, int minutes = 0, int queue = 100)
    {
        _policy = ReusePolicy.From(new()
        {
            CellReuse = reuse, Cells = cells, StandbyCells = standby, SlotsPerCell = reuse == CellReuse.Never ? 1 : slots, CellExecutions = executions, CellMinutes = minutes,
        });
        Slots = new Slots(_policy, queue, Time);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal Slots Slots { get; }

    /// <summary>Cells that are up and take part: not those that are recycled and empty, which are only waiting for their end.</summary>
    internal List<CellConnection> Alive => [.. Slots.Up.Where(cell => !IsBuried(cell))];

    internal static bool IsBuried(CellConnection cell) => cell.Use is { State: CellState.Recycling, Leases: 0 };

    /// <summary>One more cell boots, without a ready slot yet.</summary>
    internal CellConnection Boot()
    {
        var cell = new CellConnection(++_last, new SafeFileHandle(), s_options, Time);
        _made.Add(cell);
        Slots.Enter(cell);
        return cell;
    }

    /// <summary>One more cell boots, with all of its slots.</summary>
    internal CellConnection BootReady()
    {
        var cell = Boot();
        for (var slot = 0; slot < _policy.SlotsPerCell; slot++) Slots.Offer(cell);
        return cell;
    }

    /// <summary>A key wants a slot.</summary>
    internal Task<Lease> Ask(long key, CellConnection? failed = null) => Slots.LeaseAsync(key, failed, TimeSpan.FromHours(1), CancellationToken.None).AsTask();

    /// <summary>A key wants a slot and must have it at once.</summary>
    internal CellConnection Get(long key)
    {
        var lease = Ask(key);
        Assert.True(lease.IsCompletedSuccessfully, $"key {key} waits");
        return CellOf(lease);
    }

    /// <summary>The cell of a lease that must be there.</summary>
    internal static CellConnection CellOf(Task<Lease> lease)
    {
        // Who waited is told by way of the thread pool.
        Assert.True(lease.Wait(s_patience), "it waits");
        return lease.Result.Cell!;
    }

    /// <summary>Whether this one waits for a slot: nobody has given it one.</summary>
    internal bool Waits(Task<Lease> lease) => Slots.Waiting > 0 && !lease.IsCompleted;

    /// <summary>Leases that were given and not ended, of all cells that ever were.</summary>
    internal int Leases => _made.Sum(cell => cell.Use.Leases);

    /// <summary>An execution ended; its slot is ready again.</summary>
    internal void Finish(CellConnection cell)
    {
        Slots.Return(cell, trouble: null);
        Slots.Offer(cell);
    }

    /// <summary>What the pool does when a cell has been recycled: it leaves, and another one boots.</summary>
    internal void Replace(CellConnection cell)
    {
        Slots.Leave(cell);
        BootReady();
    }

    public void Dispose()
    {
        foreach (var cell in _made) cell.Dispose();
    }
}
