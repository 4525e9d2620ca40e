namespace Mayfly.Agent.Cgroups;

/// <summary>Shares of the processors, in the kernel's unit: 100 is an ordinary one. They count only while more want to run than can.</summary>
internal static class CpuWeight
{
    /// <summary>Of a jail whose program runs, or waits for nothing but the jail.</summary>
    public const long Program = 100;

    /// <summary>Of a program that has run for long: what has just begun is most likely short, and somebody's turn in a conversation.</summary>
    public const long LongProgram = 30;

    /// <summary>Of a jail that nobody waits for: a spare in the making, or one that is taken apart. Each has a group and so a share of its own, so they come forward beside any number of busy programs.</summary>
    public const long Behind = 10;

    /// <summary>Of the jailer and all zygotes together.</summary>
    public const long Parents = 200;

    /// <summary>The same as cgroup v1's cpu.shares, where 1024 is an ordinary one.</summary>
    public static long Shares(long weight) => weight * 1024 / 100;
}
