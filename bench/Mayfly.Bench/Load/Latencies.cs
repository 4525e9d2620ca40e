using HdrHistogram;

namespace Mayfly.Bench.Load;

/// <summary>Times of many answers, recorded by many threads at once.</summary>
internal sealed class Latencies
{
    private const long LongestUs = 120_000_000;
    private const int SignificantDigits = 3;

    private readonly HistogramBase _histogram = new LongConcurrentHistogram(1, LongestUs, SignificantDigits);

    public long Count => _histogram.TotalCount;

    public void Record(TimeSpan time) => _histogram.RecordValue(Math.Clamp((long)time.TotalMicroseconds, 1, LongestUs));

    public double QuantileMs(double share) => _histogram.GetValueAtPercentile(share * 100) / 1000.0;

    public LatencySummary Summary() => new(Count, QuantileMs(0.5), QuantileMs(0.9), QuantileMs(0.95), QuantileMs(0.99), QuantileMs(0.999));
}

/// <summary>How long answers took.</summary>
internal sealed record LatencySummary(long Count, double P50Ms, double P90Ms, double P95Ms, double P99Ms, double P999Ms);
