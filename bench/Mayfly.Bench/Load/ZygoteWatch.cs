using System.Diagnostics;
using Mayfly.Bench.Accounts;

namespace Mayfly.Bench.Load;

/// <summary>Looks at a service's warm interpreters every two seconds: how many there have been, and what forking costs them.</summary>
internal sealed class ZygoteWatch : IDisposable
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    // Longer than imports and warm-up take.
    private static readonly TimeSpan s_young = TimeSpan.FromSeconds(20);

    private readonly int _top;
    private readonly Dictionary<int, (long Seen, double CpuMs)> _known = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private double _cpuMs;

    public ZygoteWatch(int top)
    {
        _top = top;
        // Those that are there have been warm for as long as the service is ready.
        foreach (var zygote in Zygotes()) _known[zygote.Id] = (0, zygote.CpuMs);
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many were seen, and how many came after the beginning.</summary>
    public (int All, int New) Count
    {
        get
        {
            lock (_lock) return (_known.Count, _known.Values.Count(zygote => zygote.Seen != 0));
        }
    }

    /// <summary>CPU time of those that are warm, since the beginning: forking is all that they do.</summary>
    public double CpuMs
    {
        get
        {
            lock (_lock) return _cpuMs;
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        while (!_stop.Wait(s_between))
        {
            foreach (var zygote in Zygotes())
            {
                lock (_lock)
                {
                    var (seen, before) = _known.TryGetValue(zygote.Id, out var known) ? known : (Stopwatch.GetTimestamp(), zygote.CpuMs);
                    if (Stopwatch.GetElapsedTime(seen) > s_young) _cpuMs += zygote.CpuMs - before;
                    _known[zygote.Id] = (seen, zygote.CpuMs);
                }
            }
        }
    }

    private IEnumerable<ProcessStat> Zygotes() => ServiceProcesses.Of(_top).InCells.SelectMany(cell => cell.Own).Where(ServiceProcesses.IsZygote);
}
