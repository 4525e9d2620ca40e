using Mayfly.Protocol;
using Mayfly.Protocol.Control;

namespace Mayfly.Dispatch;

/// <summary>Keeps as many cells up as were asked for: launches, watches, replaces.</summary>
/// <remarks>
/// Theory of operation. Each place has one loop: it launches a cell, opens its connection, has it read until it is over, has it stopped,
/// and begins again, with a back-off when cells fail early. Some of the cells are standbys; which ones, and which are recycled, is <see cref="Slots"/>' affair. Nothing else
/// decides that a cell is over than its connection's fault; the watch only makes sure that silence becomes one.
/// </remarks>
internal sealed class CellPool : IAsyncDisposable
{
    // Two looks find a late cell: noticed at the latest two periods after it is late.
    private static readonly TimeSpan s_watchPeriod = TimeSpan.FromMilliseconds(500);

    // From the end of its stream to what mayfly-cells says of a cell's end: its processes go and its cgroup is removed meanwhile.
    private static readonly TimeSpan s_lastWordsPatience = TimeSpan.FromSeconds(1);

    // runc kills and removes in well under a second.
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(10);

    // An idle agent exits within milliseconds of a Drain, or seconds where the machine is out of breath. One that does not is dropped, and killed by mayfly-cells.
    private static readonly TimeSpan s_drainPatience = TimeSpan.FromSeconds(5);

    // The agent, its jailer, the jails' inits and the kernel's share of them; zygotes and spares. Slots are bounded by their own cgroups inside.
    private const long CellOverheadBytes = 256L << 20;
    private const long TierOverheadBytes = 64L << 20;

    // The agent's own few, and a spare with its init and a runtime's two threads in each of its places.
    private const int CellOverheadProcesses = 64 + (4 * FrameLimits.MaxSlots);
    private const int SlotOverheadProcesses = 4;

    private static readonly Fault s_stopping = new(FaultCause.Draining, "the gateway is shutting down");

    private readonly CellsControl _control;
    private readonly DispatchOptions _options;
    private readonly Slots _slots;
    private readonly TimeProvider _time;
    private readonly DispatchMetrics _metrics;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();

    // A booting cell tests itself and is busy with it: fifty at once would all be slow, and late. The first one boots alone: with it the service is ready.
    private static readonly int s_bootAtOnce = Math.Max(2, Environment.ProcessorCount);
    private readonly SemaphoreSlim _booting = new(1);
    private int _firstHasBooted;
    private readonly List<Task> _places = [];
    private ITimer? _watch;
    private uint _lastCell;
    private volatile CellDescription? _newest;
    private volatile string? _lastFailure;
    private int _replacing;

    public CellPool(CellsControl control, DispatchOptions options, Slots slots, TimeProvider time, DispatchMetrics metrics, ILogger<CellPool> log)
    {
        (_control, _options, _slots, _time, _metrics, _log) = (control, options, slots, time, metrics, log);
    }

    /// <summary>All cells together.</summary>
    public FleetDescription Describe()
    {
        var info = _control.Info.IsCompletedSuccessfully ? _control.Info.Result : new CellsInfo();
        return new(info.Launcher, _options.ReuseInForce, info.ImageDigest, _slots.Up.Length, _slots.Ready, _slots.Waiting, _newest, _lastFailure);
    }

    /// <summary>Whether a cell was recycled and the one in its place boots: planned, and no sign that nothing works.</summary>
    public bool IsReplacing => Volatile.Read(ref _replacing) > 0;

    /// <summary>How many times longer than usual a cell may take for everything; said before the first one is launched.</summary>
    public int Patience => _control.Info.IsCompletedSuccessfully ? Math.Clamp((int)_control.Info.Result.Patience, 1, FrameLimits.MaxPatience) : 1;

    /// <summary>Begins to launch.</summary>
    public void Start()
    {
        _watch = _time.CreateTimer(_ => Watch(), null, s_watchPeriod, s_watchPeriod);
        for (var place = 0; place < _options.Places; place++) _places.Add(Task.Run(KeepUpAsync));
    }

    /// <summary>Nothing runs and nothing comes: launches no more, tells every agent so, and gives them a moment to end by themselves.</summary>
    public async Task DrainAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll([.. _slots.Up.Select(cell => cell.DrainAsync()), .. _places]), Task.Delay(s_drainPatience, _time));
    }

    /// <summary>Ends every connection with the fault that its executions are answered with, and launches no more.</summary>
    public async Task StopAsync(Fault fault)
    {
        await _stop.CancelAsync();
        foreach (var cell in _slots.Up) cell.Drop(fault);
        await Task.WhenAll(_places);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(s_stopping);
        if (_watch is not null) await _watch.DisposeAsync();
        _stop.Dispose();
        _booting.Dispose();
    }

    private async Task KeepUpAsync()
    {
        var backoff = new Backoff();
        var replaces = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (life, recycled) = await LiveOnceAsync(replaces);
                replaces = recycled;
                var wait = backoff.After(life);
                if (wait == TimeSpan.Zero) continue;
                _log.BackingOff((long)wait.TotalMilliseconds, backoff.Failures);
                await Task.Delay(wait, _time, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // One of the three nets: a bug here must not cost the place.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _log.LoopFailed(e);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None);
            }
        }
    }

    // One cell from its launch to its end; returns for how long it took work, and whether it was recycled.
    private async Task<(TimeSpan Life, bool Recycled)> LiveOnceAsync(bool replaces)
    {
        var number = Interlocked.Increment(ref _lastCell);
        try
        {
            using var cell = await BootAsync(number);
            if (cell is not null) return await ServeAsync(cell, replaces);
            if (replaces) Interlocked.Decrement(ref _replacing);
            return (TimeSpan.Zero, false);
        }
        finally
        {
            await StopAsync(number);
        }
    }

    private async Task<CellConnection?> BootAsync(uint number)
    {
        await _booting.WaitAsync(_stop.Token);
        CellConnection? cell = null;
        CellDescription? description = null;
        Fault? fault;
        var begin = _time.GetTimestamp();
        try
        {
            var launch = await LaunchAsync(number);
            fault = launch.Failure is null ? null : new Fault(FaultCause.CellLost, launch.Failure);
            if (launch.Stream is { } stream)
            {
                cell = new CellConnection(number, stream, _options, _time) { ZygotesFailed = OnZygotesFailed, Patience = Patience, Ended = launch.Ended };
                await using var stopping = _stop.Token.UnsafeRegister(static cell => ((CellConnection)cell!).Drop(s_stopping), cell);
                description = await cell.OpenAsync();
                fault = cell.Fault is { } failed ? await ExplainAsync(failed, launch.Ended) : null;
            }
        }
        finally
        {
            _booting.Release(Interlocked.Exchange(ref _firstHasBooted, 1) == 0 ? s_bootAtOnce : 1);
        }

        if (description is not null && cell is not null)
        {
            _log.CellUp(number, Milliseconds(begin), description.AgentVersion, description.LauncherNote);
            foreach (var layer in description.Posture.Where(layer => !layer.InForce)) _log.LayerWaived(number, layer.Name, layer.Detail);
            foreach (var name in _options.WaivedLayers.Except(description.Posture.Select(layer => layer.Name))) _log.LayerUnknown(number, name);
            _metrics.CellUp();
            (_newest, _lastFailure) = (description, null);
            return cell;
        }

        cell?.Dispose();
        _stop.Token.ThrowIfCancellationRequested();
        _log.CellFailed(number, fault!.Cause, fault.Detail);
        _metrics.CellLost(fault.Cause);
        _lastFailure = fault.Detail;
        return null;
    }

    // A stream ends a moment before mayfly-cells can say why: that a kernel panicked tells more than that a connection was reset. By the machine's clock: a process is ending.
    private async Task<Fault> ExplainAsync(Fault fault, Task<string> ended)
    {
        if (fault.Cause != FaultCause.CellLost || _stop.IsCancellationRequested) return fault;
        await Task.WhenAny(ended, Task.Delay(s_lastWordsPatience, _stop.Token));
        return ended.IsCompletedSuccessfully ? fault with { Detail = $"{fault.Detail}; {await ended}" } : fault;
    }

    private async Task<Launch> LaunchAsync(uint number)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(_options.BootSeconds), _time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        var perSlot = _options.Limits;
        return await _control.LaunchAsync(new()
        {
            Cell = number,
            Slots = (uint)_options.SlotsPerCell,
            MemoryBytes = (ulong)((perSlot.MemoryBytes * _options.SlotsPerCell) + CellOverheadBytes + (TierOverheadBytes * _options.TiersInForce.Count)),
            Processes = (uint)(((perSlot.Processes + SlotOverheadProcesses) * _options.SlotsPerCell) + CellOverheadProcesses),
        }, giveUp.Token);
    }

    private async Task<(TimeSpan Life, bool Recycled)> ServeAsync(CellConnection cell, bool replaces)
    {
        var begin = _time.GetTimestamp();
        _slots.Enter(cell);
        if (replaces) Interlocked.Decrement(ref _replacing);
        var left = false;
        try
        {
            // Stopping may have come between the boot and Enter, and then has not seen this cell.
            if (_stop.IsCancellationRequested) cell.Drop(s_stopping);
            await cell.ReadAsync(() => _slots.Offer(cell), Leave);
        }
        finally
        {
            // It was not even begun to be read.
            if (!left) Leave();
        }

        var life = _time.GetElapsedTime(begin);
        if (Assignments.WasBuried(cell) && cell.Use.Recycled is { } cause)
        {
            _log.CellRecycled(cell.Number, (long)life.TotalMilliseconds, cell.Use.Served, cause, cell.Use.Detail);
            _metrics.CellRecycled(cause);

            // A short life is no failure where the policy made it short.
            return (cause == RecycleCause.Trouble ? life : Backoff.LongLife, true);
        }

        if (!_stop.IsCancellationRequested && cell.Fault is { } lost)
        {
            var fault = await ExplainAsync(lost, cell.Ended);
            _log.CellDropped(cell.Number, (long)life.TotalMilliseconds, fault.Cause, fault.Detail);
            _metrics.CellLost(fault.Cause);

            // Shown to everybody by /healthz/ready: not the last words of a cell that programs were in.
            _lastFailure = lost.Detail;
        }

        return (life, false);

        void Leave()
        {
            left = true;
            if (Assignments.WasBuried(cell)) Interlocked.Increment(ref _replacing);
            _slots.Leave(cell);
        }
    }

    // The next cell of this place is launched when this one is gone: their number is bounded on the other side, too.
    private async Task StopAsync(uint number)
    {
        var stopped = _control.StopAsync(number);
        if (_stop.IsCancellationRequested) return;

        try
        {
            await stopped.WaitAsync(s_stopPatience, _time, _stop.Token);
        }
        catch (TimeoutException)
        {
            _log.CellNotGone(number, s_stopPatience.TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            // mayfly-cells stops what is left when we exit.
        }
    }

    private void OnZygotesFailed(CellConnection cell, long count)
    {
        _metrics.ZygotesFailed(count);
        _slots.Suspect(cell, $"{count} of its zygotes died or were given up");
    }

    private void Watch()
    {
        foreach (var cell in _slots.Up) cell.Watch();
        _slots.Watch();
    }

    private long Milliseconds(long since) => (long)_time.GetElapsedTime(since).TotalMilliseconds;
}
