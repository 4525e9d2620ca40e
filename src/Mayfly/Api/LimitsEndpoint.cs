using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>GET …/limits: every limit that is in force.</summary>
internal static class LimitsEndpoint
{
    internal static IResult Answer(GatewayOptions options, PriceList prices)
    {
        var execution = options.Dispatch.Limits;
        return Results.Json(
            new LimitsAnswer
            {
                TimeMs = execution.TimeMs,
                MemoryBytes = execution.MemoryBytes,
                CpuCores = Math.Round((decimal)execution.CpuQuotaUs / execution.CpuPeriodUs, 3),
                CpuQuotaUs = execution.CpuQuotaUs,
                CpuPeriodUs = execution.CpuPeriodUs,
                Processes = execution.Processes,
                OutputBytes = execution.OutputBytes,
                WritableBytes = execution.WritableBytes,
                CodeBytes = options.Limits.CodeBytes,
                BodyBytes = options.Limits.BodyBytes,
                QueueWaitMs = options.Dispatch.Queue.WaitMs,
                IdempotencyHours = options.Idempotency.Hours,
                Cost = Money.ToUsd(prices.NowMicroUsd),
            },
            ApiJson.Readable.LimitsAnswer);
    }
}

/// <summary>The limits that every execution has.</summary>
internal sealed record LimitsAnswer
{
    /// <summary>Wall time in milliseconds; at the limit exitCode is 124 and timedOut true.</summary>
    public required int TimeMs { get; init; }

    /// <summary>Memory with interpreter, libraries and files; at the limit exitCode is 137.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Share of CPU: cpuQuotaUs of CPU time in each cpuPeriodUs.</summary>
    public required decimal CpuCores { get; init; }

    /// <summary>CPU time in each period, in microseconds.</summary>
    public required int CpuQuotaUs { get; init; }

    /// <summary>The period, in microseconds.</summary>
    public required int CpuPeriodUs { get; init; }

    /// <summary>Processes and threads.</summary>
    public required int Processes { get; init; }

    /// <summary>Bytes of stdout, and of stderr, before JSON escaping.</summary>
    public required int OutputBytes { get; init; }

    /// <summary>Bytes in /sandbox and /tmp together.</summary>
    public required long WritableBytes { get; init; }

    /// <summary>Bytes of code in UTF-8.</summary>
    public required int CodeBytes { get; init; }

    /// <summary>Bytes of a request's body.</summary>
    public required int BodyBytes { get; init; }

    /// <summary>The longest wait for a slot, in milliseconds.</summary>
    public required int QueueWaitMs { get; init; }

    /// <summary>Hours that the answer to a request with an Idempotency-Key is kept.</summary>
    public required int IdempotencyHours { get; init; }

    /// <summary>Whether programs have a network. Never.</summary>
    public bool Network { get; init; }

    /// <summary>USD for an execution whose code was started.</summary>
    public required decimal Cost { get; init; }
}
