namespace Mayfly.Dispatch;

/// <summary>How long to wait before the next cell is launched: not at all after a long life, ever longer while cells keep failing.</summary>
internal sealed class Backoff
{
    /// <summary>A cell that took work for so long has not failed because it is hopeless.</summary>
    internal static readonly TimeSpan LongLife = TimeSpan.FromSeconds(10);

    // A program that can kill its cell must not be able to keep the machine busy with launches; a machine that mends itself
    // must not wait for long.
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <summary>Failures since the last long life.</summary>
    public int Failures { get; private set; }

    /// <summary>Tells how long the last cell took work, and answers how long to wait.</summary>
    public TimeSpan After(TimeSpan life)
    {
        if (life >= LongLife)
        {
            Failures = 0;
            return TimeSpan.Zero;
        }

        // The first accident is mended at once. Some of the wait is chance, so that cells that fell together do not rise together.
        if (Failures++ == 0) return TimeSpan.Zero;
        var wait = Math.Min(s_longest.TotalMilliseconds, s_first.TotalMilliseconds * Math.Pow(2, Math.Min(Failures - 2, 16)));
        return TimeSpan.FromMilliseconds(wait * (0.8 + (0.2 * Random.Shared.NextDouble())));
    }
}
