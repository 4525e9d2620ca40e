using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>What one execution may use.</summary>
internal readonly record struct CgroupLimits(long MemoryBytes, long CpuQuotaUs, long CpuPeriodUs, long Processes)
{
    /// <summary><see cref="CpuQuotaUs"/> for the agent's own warm-up: no quota.</summary>
    public const long NoCpuQuota = -1;
}

/// <summary>What one execution used, as the kernel counted.</summary>
/// <param name="PeakMemoryBytes">The most it had at any time.</param>
/// <param name="CpuTimeUs">Of all its processes; null where the kernel does not count.</param>
/// <param name="OomKills">Processes of the group that the kernel killed for lack of memory.</param>
/// <param name="HitMemoryLimit">Whether this group's own limit was reached, and not that of a group above it.</param>
internal readonly record struct CgroupUsage(long PeakMemoryBytes, long? CpuTimeUs, long OomKills, bool HitMemoryLimit);

/// <summary>A limit of a group as the kernel holds it.</summary>
/// <param name="Name">The layer's name in the posture.</param>
/// <param name="InForce">Whether the kernel confirmed it.</param>
/// <param name="Detail">What was read, or what is missing and what to do.</param>
internal readonly record struct CgroupFinding(string Name, bool InForce, string Detail);

/// <summary>The part of the host's cgroups in which this cell's executions live: v1 or v2.</summary>
internal interface ICgroupTree : IDisposable
{
    /// <summary>1 or 2.</summary>
    int Version { get; }

    /// <summary>A lever: whether who makes spares has less of the processors than programs that run. To be set before all else.</summary>
    bool SparesYield { get; set; }

    /// <summary>Gives the jailer or a zygote its place among the executions, where all of them together weigh <see cref="CpuWeight.Parents"/>.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    void AddParent(int pid);

    /// <summary>Makes a fresh group: counters start at zero, so nothing of an earlier execution can be reported for a later one.</summary>
    IExecutionCgroup Create(string name, CgroupLimits limits);
}

/// <summary>The group of one execution.</summary>
internal interface IExecutionCgroup : IDisposable
{
    /// <summary>cgroup.procs, open for writing, once for each hierarchy: the child writes "0" to enter.</summary>
    IReadOnlyList<SafeFileHandle> Entrances { get; }

    /// <summary>Ready when the kernel ran out of memory here or above; null where there is no memory controller.</summary>
    SafeFileHandle? OomEvents { get; }

    /// <summary>What to watch <see cref="OomEvents"/> for.</summary>
    Readiness OomInterest { get; }

    /// <summary>Takes the event, so that the next one is seen.</summary>
    void AcknowledgeOomEvent();

    /// <summary>Replaces the limits, before user code runs.</summary>
    void SetLimits(CgroupLimits limits);

    /// <summary>Sets its share of the processors, one of <see cref="CpuWeight"/>; a new group has <see cref="CpuWeight.Behind"/>.</summary>
    void SetCpuWeight(long weight);

    /// <summary>What was used until now.</summary>
    CgroupUsage ReadUsage();

    /// <summary>Reads the limits back, and whether the process is in each group.</summary>
    IReadOnlyList<CgroupFinding> Inspect(CgroupLimits limits, int pid);

    /// <summary>Kills everything in it where the kernel can (v2); the jail's init is killed anyway.</summary>
    void Kill();

    /// <summary>Removes it. False while a process is still in it: try again.</summary>
    bool TryRemove();
}
