namespace Mayfly.Dispatch;

/// <summary>What one execution may use: jails are prepared with these numbers, and what a cell reports is clamped to them.</summary>
internal sealed record ExecutionLimits
{
    /// <summary>Wall time from the first user instruction, in milliseconds, 100..600 000. At the limit: exit code 124, output kept.</summary>
    public int TimeMs { get; init; } = 10_000;

    /// <summary>Memory with tmpfs files, interpreter and libraries, in bytes, 16 MiB..64 GiB. At the limit all of the execution ends: 137.</summary>
    public long MemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>CPU time in each period, in microseconds, 1 000..64 000 000. At the limit: throttled.</summary>
    public int CpuQuotaUs { get; init; } = 50_000;

    /// <summary>The period of <see cref="CpuQuotaUs"/>, in microseconds, 1 000..1 000 000 (the kernel's own range).</summary>
    public int CpuPeriodUs { get; init; } = 100_000;

    /// <summary>Processes and threads together, 4..4 096. At the limit: EAGAIN inside.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>Output of each stream, in bytes before any escaping, 1 024..16 MiB. At the limit: cut, and the program runs on.</summary>
    public int OutputBytes { get; init; } = 1024 * 1024;

    /// <summary>/sandbox and /tmp together, in bytes, 1 MiB..16 GiB. At the limit: ENOSPC inside.</summary>
    public long WritableBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Files and directories in /sandbox and /tmp together, 64..1 000 000. At the limit: ENOSPC inside.</summary>
    public int WritableInodes { get; init; } = 8192;

    /// <summary><see cref="TimeMs"/> as a span.</summary>
    public TimeSpan Time => TimeSpan.FromMilliseconds(TimeMs);

    /// <summary>What is wrong with the numbers, naming the first bad one; null if nothing.</summary>
    public string? FirstProblem() =>
        Range("Limits:TimeMs", TimeMs, 100, 600_000)
        ?? Range("Limits:MemoryBytes", MemoryBytes, 16L << 20, 64L << 30)
        ?? Range("Limits:CpuPeriodUs", CpuPeriodUs, 1_000, 1_000_000)
        ?? Range("Limits:CpuQuotaUs", CpuQuotaUs, 1_000, 64_000_000)
        ?? Range("Limits:Processes", Processes, 4, 4_096)
        ?? Range("Limits:OutputBytes", OutputBytes, 1_024, 16 << 20)
        ?? Range("Limits:WritableBytes", WritableBytes, 1L << 20, 16L << 30)
        ?? Range("Limits:WritableInodes", WritableInodes, 64, 1_000_000);

    internal static string? Range(string name, long value, long from, long to) =>
        value >= from && value <= to ? null : $"{name} is {value}; it must be in {from}..{to}";
}
