using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>Who forks children into jails: the jailer, whose children execute a fresh interpreter, or a zygote, whose children are warm.</summary>
internal interface IJailParent
{
    /// <summary>What its children have imported already; null: nothing, they are fresh.</summary>
    string? Tier { get; }

    /// <summary>Memory that a child has from its parent and that a fresh interpreter would have to pay for itself, in bytes.</summary>
    /// <param name="imports">How many of the tier's modules, in their order, the program has any use for; the rest does not count.</param>
    long SharedBytes(int imports);

    /// <summary>See <see cref="WarmMemory.CopiedPercent"/>.</summary>
    int CopiedPercent { get; }

    /// <summary>See <see cref="WarmMemory.GarbagePercent"/>.</summary>
    int GarbagePercent { get; }

    /// <summary>Sends a request about a jail. The descriptors stay the caller's, and open until the parent has reported.</summary>
    void Send(in Request request, params SafeFileHandle[] descriptors);

    /// <summary>Its child did not become ready in time: it is of no more use.</summary>
    void GiveUp(string why);
}
