using System.Diagnostics;
using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Loop;

namespace Mayfly.Cells.Sweeping;

/// <summary>Ends what is in a cgroup and removes it: one cell's after its death, the whole instance's at start and end.</summary>
/// <remarks>
/// Only below this instance's own cgroup, whose name comes from its data directory: the lock on that directory says that
/// nobody else is using it, so whatever is found there at the start was left by a predecessor that was killed.
/// </remarks>
internal sealed class Sweeper(EventLoop loop, ICgroups cgroups)
{
    // Both take milliseconds, but for a process in an uninterruptible wait (a dead disk) or a hostile cell's 100 000 cgroups.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Kills and removes until nothing is left.</summary>
    /// <param name="name">A cell's cgroup, or null for the whole instance.</param>
    /// <returns>How many processes were killed, and whether everything is gone.</returns>
    public async Task<(int Killed, bool Gone)> SweepAsync(string? name)
    {
        var started = Stopwatch.GetTimestamp();
        var killed = new HashSet<int>();
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            var met = cgroups.Kill(name);
            killed.UnionWith(met);
            if (met.Count == 0 && cgroups.TryRemove(name))
            {
                return (killed.Count, true);
            }

            if (Stopwatch.GetElapsedTime(started) > s_limit)
            {
                return (killed.Count, false);
            }

            await loop.DelayAsync(pause);
        }
    }
}
