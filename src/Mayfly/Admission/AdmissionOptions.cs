using System.ComponentModel.DataAnnotations;

namespace Mayfly.Admission;

/// <summary>What holds for keys without a setting of their own, and for callers without a good key.</summary>
internal sealed class AdmissionOptions
{
    /// <summary>Executions a minute for a key without its own rate; 0: no bound. At the limit: 429 rate_limited.</summary>
    [Range(0, 10_000_000)]
    public int RatePerMinute { get; set; }

    /// <summary>Executions at a time for a key without its own number; 0: no bound. At the limit: 429 too_many_concurrent.</summary>
    [Range(0, 100_000)]
    public int Concurrency { get; set; }

    /// <summary>Bad keys a minute from one address that are told so (401); further ones get 429. Good keys pass all the same.</summary>
    [Range(1, 1_000_000)]
    public int FailuresPerMinute { get; set; } = 120;
}
