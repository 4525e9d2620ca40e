using System.Diagnostics;

namespace Mayfly.Attacks;

/// <summary>Whether this machine stood still for a while: a thread sleeps for a few milliseconds, again and again, and looks how long it was.</summary>
/// <remarks>
/// The contract's bounds stand. But a service cannot end a program on time on a machine that runs neither for a quarter of a second, and a suite that
/// shares the machine with it is held up by the same thing.
/// </remarks>
public sealed class Stalls : IDisposable
{
    /// <summary>Half of what the contract gives the service after a time limit.</summary>
    public static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly List<(long At, TimeSpan Length)> _seen = [];
    private volatile bool _over;

    public Stalls() => new Thread(Watch) { IsBackground = true, Name = "stalls" }.Start();

    /// <summary>The longest stall that ended since then, of those that are <see cref="Noticeable"/>; null if there was none.</summary>
    public TimeSpan? LongestSince(long timestamp)
    {
        lock (_lock)
        {
            var since = _seen.Where(stall => stall.At >= timestamp).Select(stall => stall.Length).ToList();
            return since.Count == 0 ? null : since.Max();
        }
    }

    public void Dispose() => _over = true;

    private void Watch()
    {
        while (!_over)
        {
            var before = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            var late = Stopwatch.GetElapsedTime(before) - Nap;
            if (late < Noticeable) continue;
            lock (_lock) _seen.Add((Stopwatch.GetTimestamp(), late));
        }
    }
}
