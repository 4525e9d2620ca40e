using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Protocol;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>Keeps spares of every kind, and hands them out.</summary>
/// <remarks>
/// A jail has a place, whose number decides its user id and the name of its cgroup. A place is used again only when nothing is left of the jail before.
/// There are more places than executions may run side by side: the rest are for spares. What waits for a program comes first; spares are topped up when nothing
/// runs, or soon: preparing costs as much as a small program, and must not slow one down.
/// </remarks>
internal sealed class JailPool
{
    /// <summary>uid and gid of place 0; the image's passwd names them.</summary>
    public const uint FirstUid = 10_000;

    private const int Places = FrameLimits.MaxSlots;
    private const int MaxFailuresInARow = 5;
    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromMilliseconds(100);

    // A small program and its jail's end take about this long.
    private static readonly TimeSpan s_topUpDelay = TimeSpan.FromMilliseconds(4);

    // A killed process is gone in about 2 ms.
    private static readonly TimeSpan s_orphanPause = TimeSpan.FromMilliseconds(2);

    // Without a miss for so long, a kind keeps one spare less.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(15);

    private readonly EventLoop _loop;
    private readonly ICgroupTree _cgroups;
    private readonly IJailParent _jailer;
    private readonly Action<string> _onBroken;
    private readonly Place[] _places = new Place[Places];
    private readonly Stack<int> _freePlaces = new(Enumerable.Range(0, Places).Reverse());
    private readonly JailEvents _events;
    private readonly bool _topsUpAtOnce;
    private readonly bool _keepsNetworks;
    private ulong _generation;
    private bool _topUpIsDue;
    private bool _shrinkIsDue;
    private bool _watchErrorIsTold;

    private enum Use
    {
        Preparing,
        Spare,
        Taken,
    }

    private struct Place
    {
        public Jail? Jail;
        public SpareKind Kind;
        public Use Use;
        public bool NetworkIsUntouched;
    }

    /// <param name="loop">Calls back.</param>
    /// <param name="cgroups">Where executions' groups are made.</param>
    /// <param name="jailer">Prepares jails.</param>
    /// <param name="slots">How many executions side by side.</param>
    /// <param name="limits">What jails are prepared with.</param>
    /// <param name="kinds">The kinds of spares; one of them is the cold one.</param>
    /// <param name="onBroken">The cell is of no more use: why.</param>
    /// <param name="topsUpAtOnce">A lever: whether spares are replaced while programs run.</param>
    /// <param name="keepsNetworks">A lever: whether a place's network namespace is used again while it is as good as new.</param>
    public JailPool(
        EventLoop loop, ICgroupTree cgroups, IJailParent jailer, int slots, JailLimits limits, IReadOnlyList<SpareKind> kinds, Action<string> onBroken, bool topsUpAtOnce = false, bool keepsNetworks = true)
    {
        (_loop, _cgroups, _jailer, Slots, Limits, Kinds, _onBroken) = (loop, cgroups, jailer, slots, limits, kinds, onBroken);
        (_topsUpAtOnce, _keepsNetworks) = (topsUpAtOnce, keepsNetworks);
        Cold = kinds.Single(kind => kind.IsCold);
        _events = new JailEvents(BecameReady, BecameGone, onBroken);
    }

    /// <summary>Waits for children that have lost their parent: the kernel keeps their jails until then.</summary>
    public Action ReapOrphans { get; init; } = static () => { };

    /// <summary>What jails are prepared with.</summary>
    public JailLimits Limits { get; }

    /// <summary>How many executions side by side.</summary>
    public int Slots { get; }

    /// <summary>All kinds of spares.</summary>
    public IReadOnlyList<SpareKind> Kinds { get; }

    /// <summary>The kind whose programs start a fresh interpreter.</summary>
    public SpareKind Cold { get; }

    /// <summary>Spares that could take a program now.</summary>
    public int Ready => Kinds.Sum(kind => kind.Ready);

    /// <summary>Jails with a program, and those of which, after it, something may be left.</summary>
    public int Used { get; private set; }

    /// <summary>Programs that wait for a jail.</summary>
    public int Waiting => Kinds.Sum(kind => kind.Waiting.Count);

    /// <summary>Begins to prepare spares.</summary>
    public void Start()
    {
        foreach (var kind in Kinds) kind.OnParentChange = () => ParentChanged(kind);
        TopUp();
    }

    /// <summary>Gives a jail of the kind to <paramref name="onJail"/>: at once if there is a spare, else when one is ready.</summary>
    /// <remarks>A kind without a parent is served by the cold path; so is who waits when the parent is lost.</remarks>
    public JailWait Take(SpareKind kind, Action<Jail> onJail)
    {
        var wait = new JailWait(onJail);
        if (!kind.CanFork && !kind.HasSpare) kind = Cold;
        if (kind.TryTake() is { } jail)
        {
            Grant(jail, wait);
            kind.OnTaken();
        }
        else
        {
            kind.Enqueue(wait);
            kind.OnMissed();
            Prepare(kind);
            Hurry(kind);
        }

        TopUpSoon();
        ShrinkLater();
        return wait;
    }

    /// <summary>Takes the jailer's report, or a zygote's, to the jail that it is about.</summary>
    public void OnReport(IJailParent from, Report report, SafeFileHandle? descriptor)
    {
        if (report.Slot < Places && _places[report.Slot].Jail is { } jail && (from == jail.Parent || from == _jailer))
        {
            jail.OnReport(report, descriptor);
            return;
        }

        descriptor?.Dispose();
        _onBroken($"{from.Tier ?? "the jailer"} reported {report.Kind} for slot {report.Slot}, which has no jail of its own");
    }

    /// <summary>A zygote is gone, and its children with it.</summary>
    public void OnParentLost(IJailParent parent, string why)
    {
        foreach (var place in _places.Where(place => place.Jail?.Parent == parent).ToArray()) place.Jail!.OnParentLost(why);
        ReapWhileOrphaned();
    }

    private void ReapWhileOrphaned()
    {
        ReapOrphans();
        if (_places.Any(place => place.Jail is { WasOrphaned: true })) _loop.Deadlines.After(s_orphanPause, ReapWhileOrphaned);
    }

    private void ParentChanged(SpareKind kind)
    {
        if (!kind.CanFork && !kind.HasSpare)
        {
            // Nobody waits for a zygote: the cold path serves, by its spares first.
            while (kind.NextWaiting() is { } wait)
            {
                if (Cold.TryTake() is { } jail) Grant(jail, wait);
                else Cold.Enqueue(wait);
            }
        }

        TopUp();
    }

    private void Grant(Jail jail, JailWait wait)
    {
        Used++;
        _places[jail.Slot].Use = Use.Taken;
        wait.Grant(jail);
    }

    // As many as programs wait for; the rest go on behind those that run.
    private void Hurry(SpareKind kind)
    {
        foreach (var place in _places.Where(place => place is { Jail: not null, Use: Use.Preparing } && place.Kind == kind).Take(kind.Waiting.Count)) place.Jail!.Hurry();
    }

    private void TopUpSoon()
    {
        if (_topsUpAtOnce || Used == 0)
        {
            TopUp();
            return;
        }

        if (_topUpIsDue) return;
        _topUpIsDue = true;
        _loop.Deadlines.After(s_topUpDelay, () =>
        {
            _topUpIsDue = false;
            TopUp();
        });
    }

    private void TopUp()
    {
        foreach (var kind in Kinds) Prepare(kind);
    }

    // Only after demand has made a kind larger: an idle cell has no timer.
    private void ShrinkLater()
    {
        if (_shrinkIsDue || !Kinds.Any(kind => kind.IsLarge)) return;
        _shrinkIsDue = true;
        _loop.Deadlines.After(s_quiet, () =>
        {
            _shrinkIsDue = false;
            foreach (var kind in Kinds) kind.Shrink();
            ShrinkLater();
        });
    }

    private void Prepare(SpareKind kind)
    {
        if (kind.IsPaused) return;
        while (kind.Lacks(Slots - Used) > 0 && kind.CanFork)
        {
            if (_freePlaces.Count == 0)
            {
                // A program goes before another kind's spares.
                if (kind.Waiting.Count > kind.Preparing) Kinds.MaxBy(other => other == kind ? 0 : other.Ready)!.EvictOne();
                return;
            }

            if (!TryPrepare(kind, _freePlaces.Pop())) return;
        }
    }

    private bool TryPrepare(SpareKind kind, int place)
    {
        try
        {
            kind.Preparing++;
            var network = new JailNetwork(_places[place].NetworkIsUntouched, _keepsNetworks);
            _places[place] = new Place { Kind = kind };
            _places[place].Jail = new Jail(_loop, _jailer, kind.NextParent, _cgroups, (uint)place, _generation++, Limits, network, _events);
            // The next program would wait for it, and beside many busy ones it would come forward slowly.
            if (kind.Ready == 0 && kind.Preparing == 1) _places[place].Jail!.Hurry();
            return true;
        }
        catch (IOException e)
        {
            // The cgroup could not be made.
            kind.Preparing--;
            _freePlaces.Push(place);
            Failed(Cold, place, e.Message);
            return false;
        }
    }

    private void BecameReady(Jail jail)
    {
        ref var place = ref _places[jail.Slot];
        var kind = place.Kind;
        kind.Preparing--;
        kind.HasWorked();
        TellWatchError(jail);
        place.Use = Use.Spare;
        if (kind.NextWaiting() is { } wait) Grant(jail, wait);
        else kind.Add(jail);
    }

    private void TellWatchError(Jail jail)
    {
        if (jail.WatchError == 0 || _watchErrorIsTold) return;
        _watchErrorIsTold = true;
        Log.Line($"sockets cannot be watched: {Errno.Name(jail.WatchError)}; each jail gets a new network namespace, which costs CPU time (Linux 5.19 or newer, and no such watch around the cell, would do)");
    }

    private void BecameGone(Jail jail)
    {
        var place = (int)jail.Slot;
        var (kind, use) = (_places[place].Kind, _places[place].Use);
        _places[place] = new Place { NetworkIsUntouched = jail.NetworkIsUntouched };
        _freePlaces.Push(place);
        if (use == Use.Taken) Used--;
        else if (use == Use.Spare) kind.Remove(jail);
        else kind.Preparing--;

        if (!jail.WasUsed && !jail.WasEvicted) Failed(jail.FailedInPreparing ? Cold : kind, place, jail.Failure ?? "it was released without a program");
        if (Used == 0 || Waiting > 0) TopUp();
    }

    // Of the cold path, which is the last: too many failures in a row break the cell. A warm kind's are its keeper's business, which are told by
    // the zygote's death; here the kind only pauses.
    private void Failed(SpareKind kind, int place, string why)
    {
        var failures = ++kind.FailuresInARow;
        Log.Line($"slot {place}{(kind.IsCold ? "" : $" of {kind.Name}")}: {why} (failure {failures} in a row)");
        if (failures >= MaxFailuresInARow)
        {
            if (kind.IsCold)
            {
                _onBroken($"slot {place} failed {failures} times in a row; the last time: {why}");
                return;
            }

            kind.GiveUpParent($"its children failed {failures} times in a row; the last time: {why}");
            kind.FailuresInARow = 0;
            return;
        }

        kind.IsPaused = true;
        _loop.Deadlines.After(s_firstBackOff * (1 << (failures - 1)), () =>
        {
            kind.IsPaused = false;
            Prepare(kind);
        });
    }
}
