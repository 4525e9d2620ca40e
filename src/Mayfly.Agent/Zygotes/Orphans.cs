using Mayfly.Protocol.Descriptors;

namespace Mayfly.Agent.Zygotes;

/// <summary>Reaps children of a zygote that died before them: they become PID 1's, and a jail is gone only when its child is reaped.</summary>
internal sealed class Orphans
{
    private readonly HashSet<int> _expected = [];

    /// <summary>Somebody waits for this child of the agent's by its pidfd.</summary>
    public void Expect(int pid) => _expected.Add(pid);

    /// <summary>And has got it.</summary>
    public void Taken(int pid) => _expected.Remove(pid);

    /// <summary>Takes the status of every dead child that nobody waits for.</summary>
    public void Reap()
    {
        // One that is expected hides those behind it until it is taken, which is as soon as the loop comes to it.
        while (ProcessDescriptor.PeekDeadChild() is { } pid && !_expected.Contains(pid)) ProcessDescriptor.ReapByPid(pid);
    }
}
