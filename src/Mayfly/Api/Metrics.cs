using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mayfly.Api;

/// <summary>The steps of a request that are measured here; the same words as in docs, traces and benches. Dispatch measures its own.</summary>
internal enum Step
{
    Authenticate,
    Validate,
    Idempotency,
    Admit,
    Charge,
    Respond,
}

/// <summary>The HTTP side's numbers, in the meter that Dispatch uses too.</summary>
/// <remarks>No label tells whose: /metrics is read by whoever runs the monitoring.</remarks>
internal sealed class Metrics
{
    public const string MeterName = "Mayfly";

    private readonly Meter _meter;
    private readonly Counter<long> _charged;
    private readonly Counter<long> _rejections;
    private readonly Histogram<double> _steps;

    public Metrics(Meter meter)
    {
        _meter = meter;
        _charged = meter.CreateCounter<long>("mayfly.charged", "uUSD", "Micro-dollars charged");
        _rejections = meter.CreateCounter<long>("mayfly.rejections", "{request}", "Requests answered with a problem, by its code");
        _steps = meter.CreateHistogram<double>("mayfly.request.step.duration", "s", "Time that a request spends in a step of the HTTP side", advice: new InstrumentAdvice<double>
        {
            // From a look into a cache to a database that hangs.
            HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
        });
    }

    /// <summary>The name of the meter that all of this gateway's instruments are of.</summary>
    public string Meter => _meter.Name;

    /// <summary>Numbers that are looked at when somebody asks.</summary>
    public void Observe(Func<int> inFlight, Func<int> connections, Func<long> heldBytes, Func<bool> databaseAvailable, Func<long> commits, Func<bool>? valkeyAvailable)
    {
        _meter.CreateObservableGauge("mayfly.requests.admitted", inFlight, "{execution}", "Executions admitted and not yet answered");
        _meter.CreateObservableGauge("mayfly.http.connections", connections, "{connection}", "Open connections");
        _meter.CreateObservableGauge("mayfly.http.held", heldBytes, "By", "Bytes of bodies being read and answers being written");
        _meter.CreateObservableGauge("mayfly.database.available", () => databaseAvailable() ? 1 : 0, description: "Whether the last write to the database worked");
        _meter.CreateObservableCounter("mayfly.database.commits", commits, "{commit}", "Commits of the one writer: many charges may share one");
        if (valkeyAvailable is not null) _meter.CreateObservableGauge("mayfly.valkey.available", () => valkeyAvailable() ? 1 : 0, description: "Whether keys' limits are held by all gateways together");
    }

    /// <summary>When somebody listens: what has not happened yet is there as zero.</summary>
    public void Begin()
    {
        _charged.Add(0);
        _rejections.Add(0);
    }

    public StepClock StartSteps() => new(this);

    public void Charged(long microUsd) => _charged.Add(microUsd);

    public void Rejected(ProblemCode code) => _rejections.Add(1, new KeyValuePair<string, object?>("code", Problems.Kind(code).Code));

    /// <summary>Measures one request's steps, each from the end of the one before it.</summary>
    internal struct StepClock(Metrics metrics)
    {
        private long _since = Stopwatch.GetTimestamp();

        public void Done(Step step)
        {
            var now = Stopwatch.GetTimestamp();
            var duration = Stopwatch.GetElapsedTime(_since, now);
            metrics._steps.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", step.ToString()));
            Telemetry.AddStep(step.ToString(), duration);
            _since = now;
        }

        /// <summary>Leaves out what happened since the last step.</summary>
        public void Skip() => _since = Stopwatch.GetTimestamp();
    }
}
