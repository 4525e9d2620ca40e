using Mayfly.Agent.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Agent.Zygotes;

/// <summary>Reaps children of a zygote that died before them: they become PID 1's, and a jail is gone only when its child is reaped.</summary>
internal static class Orphans
{
    /// <summary>Takes the status of every dead child that nobody else here waits for.</summary>
    /// <param name="isExpected">Whether somebody waits for that pid: the jailer's, or a zygote's.</param>
    public static void Reap(Func<int, bool> isExpected)
    {
        // One that is expected hides those behind it until it is taken, which is in the same batch of events.
        while (ProcessDescriptor.PeekDeadChild() is { } pid && !isExpected(pid)) ProcessDescriptor.ReapByPid(pid);
    }
}
