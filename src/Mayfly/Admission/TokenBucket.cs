namespace Mayfly.Admission;

/// <summary>So many a minute, with so many at once. Not thread-safe: its owner locks.</summary>
/// <remarks>Counts by the monotonic clock: a step of the wall clock opens and closes nothing.</remarks>
internal sealed class TokenBucket
{
    private readonly TimeProvider _time;
    private double _tokens;
    private long _at;

    public TokenBucket(int perMinute, int capacity, TimeProvider time)
    {
        (PerMinute, Capacity, _time) = (perMinute, capacity, time);
        (_tokens, _at) = (capacity, time.GetTimestamp());
    }

    public int PerMinute { get; }

    public int Capacity { get; }

    /// <summary>What could be taken now.</summary>
    public int Available
    {
        get
        {
            Refill();
            return (int)_tokens;
        }
    }

    public bool IsFull => Available >= Capacity;

    /// <summary>Until it is full again.</summary>
    public TimeSpan UntilFull
    {
        get
        {
            Refill();
            return TimeSpan.FromMinutes((Capacity - _tokens) / PerMinute);
        }
    }

    /// <summary>As its owner is told.</summary>
    public RateLimit ToRateLimit(string policy) => new(policy, PerMinute, TimeSpan.FromMinutes(1), Available, UntilFull);

    /// <summary>Takes one. Null: done; otherwise nothing was taken, and one will be there after that time.</summary>
    public TimeSpan? TryTake()
    {
        Refill();
        if (_tokens < 1) return TimeSpan.FromMinutes((1 - _tokens) / PerMinute);
        _tokens -= 1;
        return null;
    }

    /// <summary>Puts one back that was taken for nothing.</summary>
    public void GiveBack()
    {
        Refill();
        _tokens = Math.Min(Capacity, _tokens + 1);
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(Capacity, _tokens + (_time.GetElapsedTime(_at, now).TotalMinutes * PerMinute));
        _at = now;
    }
}
