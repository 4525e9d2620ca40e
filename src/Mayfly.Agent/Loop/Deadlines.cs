namespace Mayfly.Agent.Loop;

/// <summary>Something that happens at a time, unless it is cancelled before.</summary>
internal sealed class Deadline
{
    private readonly Deadlines _owner;

    internal Deadline(Deadlines owner, long due, Action action) => (_owner, Due, Action) = (owner, due, action);

    internal long Due { get; }

    internal Action? Action { get; set; }

    /// <summary>It will not happen any more; nothing if it has.</summary>
    public void Cancel()
    {
        if (Action is null) return;
        Action = null;
        _owner.OnCancelled();
    }
}

/// <summary>The deadlines that are ahead, the next one first.</summary>
internal sealed class Deadlines(TimeProvider clock)
{
    // Most deadlines are cancelled: executions end before their time limit. They are swept when they are the larger part.
    private const int SweepAt = 256;

    private readonly PriorityQueue<Deadline, long> _ahead = new();
    private int _cancelled;

    /// <summary>The monotonic clock that deadlines and measurements go by.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>Deadlines kept, cancelled ones included.</summary>
    public int Count => _ahead.Count;

    /// <summary>Calls the action once, when the time has passed.</summary>
    public Deadline After(TimeSpan delay, Action action)
    {
        var ticks = (long)(delay.TotalSeconds * Clock.TimestampFrequency);
        var deadline = new Deadline(this, Clock.GetTimestamp() + ticks, action);
        _ahead.Enqueue(deadline, deadline.Due);
        return deadline;
    }

    /// <summary>How long a wait may last: -1 without end.</summary>
    public int MillisecondsToNext()
    {
        if (!TryPeek(out var next)) return -1;
        var left = next.Due - Clock.GetTimestamp();
        // Rounded up: a wait that ends too early would spin.
        return left <= 0 ? 0 : (int)Math.Min(60_000, (left * 1000 / Clock.TimestampFrequency) + 1);
    }

    /// <summary>Calls what is due.</summary>
    public void RunDue()
    {
        var now = Clock.GetTimestamp();
        while (TryPeek(out var next) && next.Due <= now)
        {
            _ahead.Dequeue();
            var action = next.Action!;
            next.Action = null;
            action();
        }
    }

    internal void OnCancelled()
    {
        if (++_cancelled < SweepAt || _cancelled < _ahead.Count / 2) return;
        var kept = _ahead.UnorderedItems.Where(item => item.Element.Action is not null).ToArray();
        _ahead.Clear();
        _ahead.EnqueueRange(kept);
        _cancelled = 0;
    }

    private bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Deadline? next)
    {
        while (_ahead.TryPeek(out next, out _))
        {
            if (next.Action is not null) return true;
            _ahead.Dequeue();
            _cancelled--;
        }

        return false;
    }
}
