using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Kernel;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Tiers;

namespace Mayfly.Agent.Zygotes;

/// <summary>When zygotes are replaced by new ones: what their generation shares (addresses, hash seeds) must not last.</summary>
/// <param name="Children">After so many forks.</param>
/// <param name="Age">After so long, if it has forked at all.</param>
internal readonly record struct Rotation(int Children, TimeSpan Age)
{
    private static readonly Rotation s_default = new(10_000, TimeSpan.FromMinutes(30));

    /// <summary>The configured one; zero fields are the defaults.</summary>
    public static Rotation From(Protocol.Messages.ZygoteLimits? limits) => new(
        limits is { Children: > 0 and <= int.MaxValue } ? (int)limits.Children : s_default.Children,
        limits is { Minutes: > 0 } ? TimeSpan.FromMinutes(Math.Min(limits.Minutes, 7 * 24 * 60)) : s_default.Age);
}

/// <summary>Who is told about a tier's zygotes.</summary>
/// <param name="OnAvailable">There is one to fork from.</param>
/// <param name="OnUnavailable">There is none now: the cold path serves.</param>
/// <param name="OnReport">One reported about a child.</param>
/// <param name="OnLost">One is dead, and its children are dying.</param>
internal sealed record KeeperEvents(Action OnAvailable, Action OnUnavailable, Action<IJailParent, Report> OnReport, Action<IJailParent, string> OnLost);

/// <summary>Keeps one tier's zygote: warm, rotated, replaced when it dies or hangs, left alone for a while when it keeps failing.</summary>
/// <remarks>
/// Rotation is seamless: the old one serves until its successor is warm, then forks no more and goes when its last child has
/// gone. The circuit breaker is the pause before a new start: it doubles with each failure in a row, from a tenth of a
/// second to a minute, and meanwhile the tier's programs start cold.
/// </remarks>
internal sealed class ZygoteKeeper
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly EventLoop _loop;
    private readonly Tier _tier;
    private readonly Rotation _rotation;
    private readonly IReadOnlyCollection<string> _leversOff;
    private readonly Orphans _orphans;
    private readonly ICgroupTree _cgroups;
    private readonly KeeperEvents _events;
    private readonly List<Zygote> _retired = [];
    private Zygote? _current;
    private Zygote? _successor;
    private int _failuresInARow;
    private bool _isPausing;

    public ZygoteKeeper(EventLoop loop, Tier tier, Rotation rotation, IReadOnlyCollection<string> leversOff, Orphans orphans, ICgroupTree cgroups, KeeperEvents events)
    {
        (_loop, _tier, _rotation, _leversOff, _orphans, _cgroups, _events) = (loop, tier, rotation, leversOff, orphans, cgroups, events);
    }

    /// <summary>The one to fork from; null while there is none.</summary>
    public Zygote? Current => _current;

    /// <summary>Whether the first attempt has come to an end, warm or failed.</summary>
    public bool HasTried { get; private set; }

    /// <summary>Zygotes that died or were given up.</summary>
    public int Failures { get; private set; }

    /// <summary>Starts a zygote, which becomes the current one when it is warm.</summary>
    public void Start()
    {
        if (_successor is not null) return;
        try
        {
            _successor = Zygote.Start(_loop, _tier, _leversOff, _orphans, new ZygoteEvents(BecameWarm, OnReport, OnLost));
            _cgroups.AddParent(_successor.Pid);
        }
        catch (IOException e)
        {
            if (_successor is { } useless) useless.GiveUp(e.Message);
            else Failed(e.Message);
        }
    }

    /// <summary>A child of the tier has served a program: the zygotes work.</summary>
    public void Served() => _failuresInARow = 0;

    /// <summary>To be asked after a fork: begins the rotation when it is due.</summary>
    public void RotateIfDue()
    {
        if (!_isPausing && _current is { } zygote && _successor is null && (zygote.Children >= _rotation.Children || zygote.Age >= _rotation.Age)) Start();
    }

    private void BecameWarm(Zygote zygote)
    {
        HasTried = true;
        _successor = null;
        var old = _current;
        _current = zygote;
        if (old is not null)
        {
            _retired.Add(old);
            EndIfChildless(old);
        }

        _events.OnAvailable();
    }

    private void OnReport(Zygote zygote, Report report)
    {
        _events.OnReport(zygote, report);
        if (_retired.Contains(zygote)) EndIfChildless(zygote);
    }

    private static void EndIfChildless(Zygote zygote)
    {
        if (zygote.IsChildless) zygote.GiveUp("it is retired");
    }

    private void OnLost(Zygote zygote, string why)
    {
        if (_retired.Remove(zygote) && zygote.IsChildless) return;
        var wasCurrent = zygote == _current;
        if (wasCurrent) _current = null;
        if (zygote == _successor) _successor = null;
        _events.OnLost(zygote, why);
        if (wasCurrent) _events.OnUnavailable();
        // A retired one's end costs only its last children.
        Failed(why);
    }

    private void Failed(string why)
    {
        HasTried = true;
        Failures++;
        Log.Line($"zygote {_tier.Name}: {why} (failure {_failuresInARow + 1} in a row)");
        if (_isPausing || _successor is not null) return;
        var pause = s_firstPause * Math.Pow(2, Math.Min(_failuresInARow++, 20));
        _isPausing = true;
        _loop.Deadlines.After(pause < s_longestPause ? pause : s_longestPause, () =>
        {
            _isPausing = false;
            // A successor that failed is tried again by the next fork that finds the rotation due.
            if (_current is null) Start();
        });
        if (_current is null) _events.OnUnavailable();
    }
}
