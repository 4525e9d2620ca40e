namespace Mayfly.Agent.Jails;

/// <summary>Spares of one kind: children of one tier's zygotes, or of the jailer.</summary>
/// <remarks>
/// How many are kept follows demand: a program that finds none doubles the number, up to as many as may run side by side;
/// each quiet period takes one off, down to the least.
/// </remarks>
internal sealed class SpareKind
{
    // In a busy cell: a program that ends makes room for another at once, which would else wait until its spare is made.
    private const int Next = 2;

    private readonly Func<IJailParent?> _parent;
    private readonly List<Jail> _ready = [];
    private readonly int _least;
    private readonly int _most;
    private bool _grew;

    /// <param name="name">For messages; the tier's name.</param>
    /// <param name="parent">Whom to fork from; null while there is nobody.</param>
    /// <param name="least">Spares kept when nothing happens.</param>
    /// <param name="most">Spares kept at most.</param>
    public SpareKind(string name, Func<IJailParent?> parent, int least, int most)
    {
        (Name, _parent, _least, _most) = (name, parent, least, Math.Max(least, most));
        Target = least;
    }

    public string Name { get; }

    /// <summary>Whether its programs start a fresh interpreter.</summary>
    public bool IsCold { get; init; }

    /// <summary>Spares to keep now.</summary>
    public int Target { get; private set; }

    /// <summary>Jails on the way.</summary>
    public int Preparing { get; set; }

    /// <summary>Jails that failed since one worked.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>After a failure, for a while, none is prepared.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Programs that wait for one, in turn.</summary>
    public Queue<JailWait> Waiting { get; } = new();

    /// <summary>The parent came, or is gone.</summary>
    public Action OnParentChange { get; set; } = static () => { };

    /// <summary>A child of the kind has become ready.</summary>
    public Action OnWorked { get; init; } = static () => { };

    /// <summary>Another one was forked.</summary>
    public Action OnForked { get; init; } = static () => { };

    /// <summary>Its parent is to be replaced: why.</summary>
    public Action<string> GiveUpParent { get; init; } = static _ => { };

    /// <summary>Whether there is somebody to fork from.</summary>
    public bool CanFork => _parent() is not null;

    public bool HasSpare => Ready > 0;

    /// <summary>Spares that could take a program now.</summary>
    public int Ready => _ready.Count(jail => jail.Phase == JailPhase.Ready);

    /// <summary>How many more jails are to be prepared, when so many slots are free: more spares than those, and the few that come next, could not be used.</summary>
    public int Lacks(int freeSlots) => Math.Max(Math.Min(Target, freeSlots + Next), Waiting.Count) - Ready - Preparing;

    /// <summary>Whether demand has made it keep more than the least.</summary>
    public bool IsLarge => Target > _least;

    /// <summary>Whom to fork the next child from; null if there is nobody any more.</summary>
    public IJailParent? NextParent()
    {
        var parent = _parent();
        if (parent is not null) OnForked();
        return parent;
    }

    public void Enqueue(JailWait wait) => Waiting.Enqueue(wait);

    /// <summary>The one whose turn it is; null if nobody waits.</summary>
    public JailWait? NextWaiting()
    {
        while (Waiting.TryDequeue(out var wait))
        {
            if (wait.IsOpen) return wait;
        }

        return null;
    }

    public void Add(Jail jail) => _ready.Add(jail);

    public void Remove(Jail jail) => _ready.Remove(jail);

    /// <summary>The spare that has waited longest: its setting up has left its CPU quota longest ago.</summary>
    public Jail? TryTake()
    {
        // One that has failed is still here while it is reaped.
        var jail = _ready.Find(jail => jail.Phase == JailPhase.Ready);
        if (jail is not null) _ready.Remove(jail);
        return jail;
    }

    public void EvictOne() => _ready.Find(jail => jail.Phase == JailPhase.Ready)?.Evict();

    public void HasWorked()
    {
        FailuresInARow = 0;
        OnWorked();
    }

    /// <summary>A spare was taken: if it was the last, there should have been more.</summary>
    public void OnTaken()
    {
        if (Ready == 0) Grow();
    }

    /// <summary>A program found none.</summary>
    public void OnMissed() => Grow();

    /// <summary>A period has passed: if it was quiet, one spare less is kept.</summary>
    public void Shrink()
    {
        if (_grew || Target <= _least)
        {
            _grew = false;
            return;
        }

        Target--;
        if (Ready > Target) EvictOne();
    }

    private void Grow()
    {
        _grew = true;
        Target = Math.Min(Math.Max(Target * 2, 1), _most);
    }
}
