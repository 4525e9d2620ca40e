using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Executions;

/// <summary>The limits of executions: what the gateway configured, checked; what one Execute asks for is at or below it.</summary>
internal readonly record struct ExecutionLimits(TimeSpan Time, long OutputBytes, JailLimits Jail)
{
    /// <summary>The configured limits.</summary>
    /// <exception cref="ArgumentException">A value is outside its bounds.</exception>
    public static ExecutionLimits FromConfigure(Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new(
            TimeSpan.FromMilliseconds(InRange(limits.TimeMs, 1, 3_600_000, "time_ms")),
            InRange(limits.OutputBytes, 1, 64 << 20, "output_bytes"),
            new JailLimits(
                new CgroupLimits(
                    // Below this an interpreter does not even start.
                    InRange(limits.MemoryBytes, 16 << 20, 1L << 40, "memory_bytes"),
                    // The kernel takes a quota from 1 ms, and a period of 1 ms to 1 s.
                    InRange(limits.CpuQuotaUs, 1_000, 64_000_000, "cpu_quota_us"),
                    InRange(limits.CpuPeriodUs, 1_000, 1_000_000, "cpu_period_us"),
                    InRange(limits.Processes, 1, 32_768, "processes")),
                (ulong)InRange(limits.WritableBytes, 4096, 1L << 40, "writable_bytes"),
                (uint)InRange(limits.WritableInodes, 16, 1 << 24, "writable_inodes")));
    }

    /// <summary>What one Execute asks for; a field of zero is the configured value.</summary>
    /// <exception cref="ArgumentException">It asks for more, or for what was fixed when the jail was made.</exception>
    public ExecutionLimits LoweredBy(Limits? wanted)
    {
        if (wanted is null) return this;
        var cgroup = Jail.Cgroup;
        Fixed(wanted.WritableBytes, Jail.WritableBytes, "writable_bytes");
        Fixed(wanted.WritableInodes, Jail.WritableInodes, "writable_inodes");
        Fixed(wanted.CpuPeriodUs, (ulong)cgroup.CpuPeriodUs, "cpu_period_us");
        return new(
            TimeSpan.FromMilliseconds(AtMost(wanted.TimeMs, (long)Time.TotalMilliseconds, "time_ms")),
            AtMost(wanted.OutputBytes, OutputBytes, "output_bytes"),
            Jail with
            {
                Cgroup = cgroup with
                {
                    MemoryBytes = AtMost(wanted.MemoryBytes, cgroup.MemoryBytes, "memory_bytes"),
                    CpuQuotaUs = AtMost(wanted.CpuQuotaUs, cgroup.CpuQuotaUs, "cpu_quota_us"),
                    Processes = AtMost(wanted.Processes, cgroup.Processes, "processes"),
                },
            });
    }

    private static long InRange(ulong value, long least, long most, string name) =>
        value >= (ulong)least && value <= (ulong)most
            ? (long)value
            : throw new ArgumentException($"limits.{name} is {value}, not in {least}..{most}");

    private static long AtMost(ulong wanted, long configured, string name) =>
        wanted == 0 ? configured
        : wanted <= (ulong)configured ? (long)wanted
        : throw new ArgumentException($"limits.{name} is {wanted}, above the configured {configured}");

    private static void Fixed(ulong wanted, ulong configured, string name)
    {
        if (wanted == 0 || wanted == configured) return;
        throw new ArgumentException($"limits.{name} is {wanted}: it was fixed to {configured} when the jail was made");
    }
}
