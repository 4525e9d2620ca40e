using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mayfly.Dispatch;

/// <summary>What Dispatch counts and measures, in the meter <c>Mayfly</c>, and its spans, in the source <c>Mayfly</c>.</summary>
internal sealed class DispatchMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    internal const string Name = "Mayfly";

    /// <summary>The request's spans, one for each step.</summary>
    internal static readonly ActivitySource Spans = new(Name);

    // From under the cost of a warm child to over the time limit.
    private static readonly double[] s_stepBounds =
        [0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 12.5];

    private readonly Histogram<double> _stepDuration;
    private readonly Counter<long> _executions;
    private readonly Counter<long> _byTier;
    private readonly Counter<double> _cpuTime;
    private readonly Counter<long> _minorFaults;
    private readonly Counter<long> _sampled;
    private readonly Counter<long> _secondTries;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _launched;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _recycled;
    private readonly Counter<long> _zygoteFailures;

    public DispatchMetrics(Meter meter)
    {
        Meter = meter;
        _stepDuration = meter.CreateHistogram("mayfly.step.duration", "s", "Time in one step of a request",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_stepBounds });
        _executions = meter.CreateCounter<long>("mayfly.executions", "{execution}", "Executions that ended, by how");
        _byTier = meter.CreateCounter<long>("mayfly.executions.tier", "{execution}", "Executions that ran, by the tier they were forked from; cold: a fresh interpreter was started");
        _cpuTime = meter.CreateCounter<double>("mayfly.executions.cpu_time", "s", "CPU time of programs");
        _minorFaults = meter.CreateCounter<long>("mayfly.executions.minor_faults", "{fault}", "Minor page faults of programs' main processes");
        _sampled = meter.CreateCounter<long>("mayfly.executions.sampled", "{execution}", "Warm executions that were run once more, cold, and whether they came out alike");
        _secondTries = meter.CreateCounter<long>("mayfly.executions.retried", "{execution}", "Executions that failed before their code started and were tried once more");
        _refused = meter.CreateCounter<long>("mayfly.queue.refused", "{execution}", "Executions that got no slot, by why");
        _launched = meter.CreateCounter<long>("mayfly.cells.launched", "{cell}", "Cells that came up");
        _lost = meter.CreateCounter<long>("mayfly.cells.lost", "{cell}", "Cells that failed or were dropped, by cause; ProtocolViolation: a cell lied");
        _recycled = meter.CreateCounter<long>("mayfly.cells.recycled", "{cell}", "Cells that were ended by the reuse policy, by cause; Trouble: something in one went wrong");
        _zygoteFailures = meter.CreateCounter<long>("mayfly.zygotes.failed", "{zygote}", "Zygotes that died or were given up, and were started again");
    }

    private Meter Meter { get; }

    /// <summary>Shows how full everything is.</summary>
    public void Observe(Slots slots)
    {
        Meter.CreateObservableGauge("mayfly.queue.length", () => slots.Waiting, "{execution}", "Executions that wait for a slot");
        Meter.CreateObservableGauge("mayfly.slots.ready", () => slots.Ready, "{slot}", "Slots that could take an execution now");
        Meter.CreateObservableGauge("mayfly.slots.running", () => slots.Up.Sum(cell => cell.Running), "{slot}", "Slots with an execution");
        Meter.CreateObservableGauge("mayfly.spares.ready", () => slots.Up.Sum(cell => cell.Spares), "{jail}", "Jails that wait for a program, of every tier");
        Meter.CreateObservableGauge("mayfly.cells.up", () => slots.Up.Length, "{cell}", "Cells that passed their self-test: in service or on standby");
        Meter.CreateObservableGauge(
            "mayfly.cells.state",
            () => Enum.GetValues<CellState>().Select(state => new Measurement<int>(slots.Count(state), new KeyValuePair<string, object?>("state", state.ToString()))),
            "{cell}",
            "Cells that are up, by what they are there for: Standby, Assigned (to a key, or shared), Recycling");
    }

    /// <summary>A step of a request ended.</summary>
    public void Step(string step, TimeSpan duration) => _stepDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", step));

    /// <summary>An execution ended.</summary>
    public void Ended(Language language, ExecutionResult result)
    {
        _executions.Add(1,
            new KeyValuePair<string, object?>("language", language.ToString()),
            new KeyValuePair<string, object?>("termination", result.Termination.ToString()),
            new KeyValuePair<string, object?>("cause", result.Fault?.Cause.ToString() ?? ""));
        if (!result.Started || result.Fault is not null) return;
        var tier = new KeyValuePair<string, object?>("tier", result.Tier);
        _byTier.Add(1, tier);
        _cpuTime.Add(result.CpuTime.TotalSeconds, tier);
        _minorFaults.Add((long)result.MinorFaults, tier);
    }

    /// <summary>A warm execution was run once more, cold.</summary>
    public void Sampled(string tier, bool alike) => _sampled.Add(1,
        new KeyValuePair<string, object?>("tier", tier),
        new KeyValuePair<string, object?>("result", alike ? "alike" : "different"));

    /// <summary>An execution is tried once more.</summary>
    public void TriedAgain() => _secondTries.Add(1);

    /// <summary>An execution got no slot.</summary>
    public void Refused(LeaseRefusal refusal) => _refused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));

    /// <summary>A cell came up.</summary>
    public void CellUp()
    {
        _launched.Add(1);
        // There from the beginning: alerts compare with what was.
        foreach (var rare in (Counter<long>[])[_zygoteFailures, _secondTries, _sampled, _refused, _lost, _recycled]) rare.Add(0);
    }

    /// <summary>Zygotes died or were given up.</summary>
    public void ZygotesFailed(long count) => _zygoteFailures.Add(count);

    /// <summary>A cell failed or was dropped.</summary>
    public void CellLost(FaultCause cause) => _lost.Add(1, new KeyValuePair<string, object?>("cause", cause.ToString()));

    /// <summary>A cell was ended by the reuse policy.</summary>
    public void CellRecycled(RecycleCause cause) => _recycled.Add(1, new KeyValuePair<string, object?>("cause", cause.ToString()));
}
