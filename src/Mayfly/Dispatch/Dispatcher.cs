using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mayfly.Dispatch;

/// <summary>Runs executions in cells: the Dispatch step, and the gateway's end of Supervise.</summary>
/// <remarks>
/// An execution leases a slot (at once, or after a bounded wait in a fair queue), is sent to the cell, and comes back as a
/// result that can be trusted as far as lengths and ranges go. If Mayfly fails before user code has started, it is tried once more on
/// another cell; programs have no side effects, so nobody can tell. Whose execution it is, is not known here.
/// </remarks>
internal sealed class Dispatcher : IAsyncDisposable
{
    // A first try that hangs is given up after InFlight.StartGrace, and noticed within 1 s. A second try begins before this is over, or not at all.
    private TimeSpan Margin => (InFlight.StartGrace * _pool.Patience) + TimeSpan.FromSeconds(1);

    // Slots become free at the latest after the time limit, most of them much earlier.
    private static readonly TimeSpan s_retryAfterOverload = TimeSpan.FromSeconds(1);

    // Cells boot in seconds; another gateway may be there already.
    private static readonly TimeSpan s_retryAfterOutage = TimeSpan.FromSeconds(5);

    private static readonly Fault s_draining = new(FaultCause.Draining, "the gateway is shutting down", s_retryAfterOutage);

    private static readonly Fault s_full = new(FaultCause.Overloaded, "the queue is full", s_retryAfterOverload);

    private readonly DispatchOptions _options;
    private readonly Slots _slots;
    private readonly CellPool _pool;
    private readonly TimeProvider _time;
    private readonly DispatchMetrics _metrics;
    private readonly ILogger _log;
    private readonly ColdSampler _sampler;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _draining;

    private Dispatcher(DispatchOptions options, Slots slots, CellPool pool, TimeProvider time, DispatchMetrics metrics, ILogger log)
    {
        (_options, _slots, _pool, _time, _metrics, _log) = (options, slots, pool, time, metrics, log);
        // Calm: more than half of all slots have nothing to do.
        _sampler = new ColdSampler(
            options.ColdSamplePercent, () => 2 * slots.Ready > options.Cells * options.SlotsPerCell, (execution, turn) => ExecuteAsync(execution, turn, CancellationToken.None), metrics);
    }

    /// <summary>Whether work is taken: not draining, and at least one cell passed its self-test, or the last one was recycled and the next boots. Busy slots do not make it false.</summary>
    public bool IsReady => !_draining && (!_slots.Up.IsEmpty || _pool.IsReplacing);

    /// <summary>The cells, for readiness and the runtimes page.</summary>
    public FleetDescription Fleet => _pool.Describe();

    /// <summary>Makes everything and begins to launch cells.</summary>
    /// <param name="control">The way to mayfly-cells; it stays the caller's, who exits when it is lost.</param>
    /// <param name="options">As configured; the number of slots is lowered to what the machine has memory for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meter">The meter <c>Mayfly</c>.</param>
    /// <param name="logs">For the log.</param>
    public static Dispatcher Start(CellsControl control, DispatchOptions options, TimeProvider time, Meter meter, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<Dispatcher>();
        var machineBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var fitting = options.FitTo(machineBytes);
        if (fitting != options)
        {
            log.SizeReduced(options.Cells, options.SlotsPerCell, machineBytes, options.Limits.MemoryBytes, fitting.Cells, fitting.SlotsPerCell);
        }

        log.CellsPlanned(fitting.Cells, fitting.SlotsPerCell, fitting.StandbyInForce, fitting.ReuseInForce);
        var slots = new Slots(ReusePolicy.From(fitting), fitting.Cells * fitting.SlotsPerCell * fitting.Queue.LengthPerSlot, time);
        var metrics = new DispatchMetrics(meter);
        metrics.Observe(slots);
        var pool = new CellPool(control, fitting, slots, time, metrics, logs.CreateLogger<CellPool>());
        pool.Start();
        return new Dispatcher(fitting, slots, pool, time, metrics, log);
    }

    /// <summary>Why an execution of this turn would be refused at once; null: it would not. For who can spare itself the work before it asks.</summary>
    public Fault? RefusalFor(long turn)
    {
        if (_draining || !_slots.IsFullFor(turn)) return null;
        _metrics.Refused(LeaseRefusal.QueueFull);
        return s_full;
    }

    /// <summary>Runs one program; failures of Mayfly come back as <see cref="Termination.Infrastructure"/> with a fault.</summary>
    /// <param name="execution">What to run.</param>
    /// <param name="turn">Executions of the same number share a turn in the queue, and may share a cell (<see cref="CellReuse.Key"/>).</param>
    /// <param name="hangUp">The client is gone: the execution is cancelled, and the result says whether it had started.</param>
    public async Task<ExecutionResult> ExecuteAsync(Execution execution, long turn, CancellationToken hangUp)
    {
        // Counted before the look at _draining: so DrainAsync either sees it, or it sees DrainAsync.
        Interlocked.Increment(ref _running);
        try
        {
            if (_draining) return ExecutionResult.Failed(s_draining, started: false);

            var result = await TryTwiceAsync(execution, turn, hangUp);
            _metrics.Ended(execution.Language, result);
            _sampler.Consider(execution, turn, result);
            return result;
        }
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0 && _draining) _idle.TrySetResult();
        }
    }

    /// <summary>Takes no more work, and returns when all that was taken is answered: at the latest after <paramref name="limit"/>, when what still runs is dropped.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        _draining = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _running) == 0) _idle.TrySetResult();

        try
        {
            await _idle.Task.WaitAsync(limit, _time);
            await _pool.DrainAsync();
        }
        catch (TimeoutException)
        {
            _log.DrainLimitReached(Volatile.Read(ref _running), limit.TotalSeconds);
        }

        // Answers what is left: first those who wait, then those who run.
        _slots.Close();
        await _pool.StopAsync(s_draining);
        await _idle.Task;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async Task<ExecutionResult> TryTwiceAsync(Execution execution, long turn, CancellationToken hangUp)
    {
        var begin = _time.GetTimestamp();
        var (lease, first) = await TryOnceAsync(execution, turn, failed: null, _options.Queue.Wait, hangUp);
        if (first is not { Started: false, Fault: { } fault } || lease.Cell is null) return first;

        var left = _options.Queue.Wait + Margin - _time.GetElapsedTime(begin);
        if (left <= TimeSpan.Zero || hangUp.IsCancellationRequested || _draining) return first;

        _log.SecondTry(fault.Cause, fault.Detail);
        _metrics.TriedAgain();
        var patience = left < _options.Queue.Wait ? left : _options.Queue.Wait;
        var (secondLease, second) = await TryOnceAsync(execution, turn, failed: lease.Cell, patience, hangUp);

        // Without a slot for the second try, what went wrong is what made the first one fail.
        return secondLease.Cell is null && second.Fault is not null ? first : second;
    }

    private async Task<(Lease Lease, ExecutionResult Result)> TryOnceAsync(
        Execution execution, long turn, CellConnection? failed, TimeSpan patience, CancellationToken hangUp)
    {
        // Dispatch: a slot, at once or after a bounded wait.
        var begin = _time.GetTimestamp();
        Lease lease;
        using (DispatchMetrics.Spans.StartActivity("Dispatch"))
        {
            lease = await _slots.LeaseAsync(turn, failed, patience, hangUp);
        }

        var leased = _time.GetTimestamp();
        _metrics.Step("Dispatch", _time.GetElapsedTime(begin, leased));
        if (lease.Cell is not { } cell)
        {
            _metrics.Refused(lease.Refusal);
            return (lease, WithoutSlot(lease.Refusal));
        }

        if (hangUp.IsCancellationRequested)
        {
            _slots.GiveBack(cell);
            return (lease, WithoutSlot(LeaseRefusal.HungUp));
        }

        // Supervise: the agent's step, seen from here. What the cell says is hostile input; it comes out bounded and clamped.
        using var span = DispatchMetrics.Spans.StartActivity("Supervise", ActivityKind.Client);
        ExecutionResult result;
        string? trouble = "an execution was not sent";
        try
        {
            result = await cell.RunAsync(execution, hangUp);
            trouble = result.Fault?.Detail;
        }
        finally
        {
            _slots.Return(cell, trouble);
        }

        if (span is not null) Describe(span, cell, execution, result);
        _metrics.Step("Supervise", _time.GetElapsedTime(leased));
        return (lease, result);
    }

    // Jail: until user code starts. Reap: after its end. Both as far as they can be seen from here.
    private static void Describe(Activity span, CellConnection cell, Execution execution, ExecutionResult result)
    {
        span.SetTag("mayfly.cell", cell.Number).SetTag("mayfly.language", execution.Language.ToString()).SetTag("mayfly.termination", result.Termination.ToString());
        if (!result.Started || result.Fault is not null) return;
        AddSpan("Jail", span.StartTimeUtc, span.StartTimeUtc + result.StartedAfter);
        AddSpan("Reap", span.StartTimeUtc + result.StartedAfter + result.WallTime, DateTime.UtcNow);

        void AddSpan(string step, DateTime begin, DateTime end)
        {
            using var part = DispatchMetrics.Spans.StartActivity(step, ActivityKind.Internal, span.Context, startTime: begin);
            part?.SetEndTime(end > begin ? end : begin);
        }
    }

    private ExecutionResult WithoutSlot(LeaseRefusal refusal) => refusal switch
    {
        LeaseRefusal.HungUp => new() { Termination = Termination.Cancelled, Started = false, ExitCode = 128 + 9 },
        LeaseRefusal.Closed => ExecutionResult.Failed(s_draining, started: false),
        LeaseRefusal.NoCell => ExecutionResult.Failed(new(FaultCause.NoCell, $"no cell is up: {Fleet.LastFailure ?? "the first ones are booting"}", s_retryAfterOutage), started: false),
        LeaseRefusal.QueueFull => ExecutionResult.Failed(s_full, started: false),
        _ => ExecutionResult.Failed(new(FaultCause.Overloaded, $"no slot became free within {_options.Queue.WaitMs} ms", s_retryAfterOverload), started: false),
    };
}
