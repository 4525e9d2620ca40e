using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>Keeps a prepared jail in every slot.</summary>
/// <remarks>
/// A slot's next jail is begun only when nothing is left of the one before: they share a uid. A jail that cannot be prepared is tried again
/// with back-off; a slot that never works makes the cell useless, and the cell says so.
/// </remarks>
internal sealed class SlotPool
{
    /// <summary>uid and gid of slot 0; the image's passwd names them.</summary>
    public const uint FirstUid = 10_000;

    private const int MaxFailuresInARow = 5;
    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(100);

    private readonly EventLoop _loop;
    private readonly ICgroupTree _cgroups;
    private readonly ParentConnection _jailer;
    private readonly JailLimits _limits;
    private readonly Action<string> _onBroken;
    private readonly Slot[] _slots;
    private readonly JailEvents _events;
    private readonly List<Jail> _ready = [];
    private ulong _generation;

    /// <param name="loop">Calls back.</param>
    /// <param name="cgroups">Where executions' groups are made.</param>
    /// <param name="jailer">Prepares jails, and forks the children of the cold path.</param>
    /// <param name="slots">How many executions side by side.</param>
    /// <param name="limits">What jails are prepared with.</param>
    /// <param name="onBroken">The cell is of no more use: why.</param>
    public SlotPool(
        EventLoop loop, ICgroupTree cgroups, ParentConnection jailer, int slots, JailLimits limits, Action<string> onBroken)
    {
        (_loop, _cgroups, _jailer, _limits, _onBroken) = (loop, cgroups, jailer, limits, onBroken);
        _slots = new Slot[slots];
        _events = new JailEvents(BecameReady, BecameGone, onBroken);
    }

    private struct Slot
    {
        public Jail? Jail;
        public int FailuresInARow;
    }

    /// <summary>A jail became ready: whoever hands out programs may <see cref="TryTake"/> it.</summary>
    public Action OnReady { get; set; } = static () => { };

    /// <summary>What jails are prepared with.</summary>
    public JailLimits Limits => _limits;

    public int Count => _slots.Length;

    public int Ready => _ready.Count(jail => jail.Phase == JailPhase.Ready);

    public int Running => _slots.Count(slot => slot.Jail?.Phase == JailPhase.Running);

    public int Preparing => Count - Ready - Running;

    /// <summary>Whether the slot's jail could take a program now.</summary>
    public bool IsReady(int slot) => _slots[slot].Jail?.Phase == JailPhase.Ready;

    /// <summary>Begins to prepare every slot.</summary>
    public void Start()
    {
        for (var slot = 0; slot < _slots.Length; slot++) Prepare(slot);
    }

    /// <summary>A ready jail, now the caller's, who hands a program over or releases it; null if there is none.</summary>
    public Jail? TryTake()
    {
        // The one that has waited longest: its setting up has left its CPU quota longest ago. One that has failed meanwhile is
        // still here while it is reaped.
        var jail = _ready.Find(jail => jail.Phase == JailPhase.Ready);
        if (jail is not null) _ready.Remove(jail);
        return jail;
    }

    /// <summary>Takes a parent's report to the jail that it is about.</summary>
    public void OnReport(Report report, SafeFileHandle? descriptor)
    {
        if (report.Slot < _slots.Length && _slots[report.Slot].Jail is { } jail)
        {
            jail.OnReport(report, descriptor);
            return;
        }

        descriptor?.Dispose();
        _onBroken($"the jailer reported {report.Kind} for slot {report.Slot}, which has no jail");
    }

    private void Prepare(int slot)
    {
        try
        {
            // The cold path's children are the jailer's own: it is preparer and parent in one.
            _slots[slot].Jail = new Jail(
                _loop, _jailer, _jailer, _cgroups, (uint)slot, _generation++, _limits, _events);
        }
        catch (IOException e)
        {
            // The cgroup could not be made.
            Failed(slot, e.Message);
        }
    }

    private void BecameReady(Jail jail)
    {
        _ready.Add(jail);
        OnReady();
    }

    private void BecameGone(Jail jail)
    {
        _slots[jail.Slot].Jail = null;
        _ready.Remove(jail);
        if (jail.WasUsed)
        {
            // What failed after that may have been the program's doing, and is in its result.
            _slots[jail.Slot].FailuresInARow = 0;
            Prepare((int)jail.Slot);
            return;
        }

        Failed((int)jail.Slot, jail.Failure ?? "it was released without a program");
    }

    private void Failed(int slot, string why)
    {
        var failures = ++_slots[slot].FailuresInARow;
        Kernel.Log.Line($"slot {slot}: {why} (failure {failures} in a row)");
        if (failures >= MaxFailuresInARow)
        {
            _onBroken($"slot {slot} failed {failures} times in a row; the last time: {why}");
            return;
        }

        _loop.Deadlines.After(s_firstBackOff * (1 << (failures - 1)), () => Prepare(slot));
    }
}
