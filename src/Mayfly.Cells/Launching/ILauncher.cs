using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching;

/// <summary>Starts and ends cells of one kind: a container, a gVisor sandbox, a micro-VM, a pod.</summary>
/// <remarks>
/// All that the rest of mayfly-cells knows of a cell: it is asked for with three numbers, gives one ordered byte stream
/// to its agent as a descriptor, says when it has ended, and can be killed. Whether that descriptor is a Unix socket, a
/// virtio-serial port or a TCP connection is the launcher's affair, and so is what must be put away afterwards.
/// </remarks>
internal interface ILauncher
{
    /// <summary>As in <c>--launcher</c>.</summary>
    string Name { get; }

    /// <summary>What its cells can do.</summary>
    LauncherOffer Offer { get; }

    /// <summary>Starts a cell.</summary>
    /// <param name="request">What is wanted; checked against the bounds before.</param>
    /// <param name="stop">Whoever asked does not want it any more: end what was begun.</param>
    /// <exception cref="LaunchException">It did not start. Nothing of it is left.</exception>
    Task<ICell> StartAsync(CellRequest request, CancellationToken stop);
}

/// <summary>One running cell.</summary>
internal interface ICell
{
    /// <summary>The stream to its agent. It is closed here once it was handed on: its other end must notice the receiver's death.</summary>
    SafeFileHandle Stream { get; }

    /// <summary>Done when the cell has ended by itself or was killed.</summary>
    Task<CellEnd> Ended { get; }

    /// <summary>Ends it at once. Nothing in it is asked.</summary>
    void Kill();

    /// <summary>After the end: waits until nothing in it runs any more and puts away what was made for it.</summary>
    /// <returns>Whether nothing is left.</returns>
    Task<bool> RemoveAsync();
}

/// <summary>How a cell ended.</summary>
/// <param name="Orderly">Its agent exited with 0: it was drained, or nobody holds its stream any more.</param>
/// <param name="How">In words, with the agent's last ones.</param>
/// <param name="Killed">Its first process was killed: by us, if we were asked to.</param>
internal readonly record struct CellEnd(bool Orderly, string How, bool Killed = false);

/// <summary>What a launcher's cells can do, and what they need.</summary>
/// <param name="MaxSlots">Executions side by side in one cell; 1 where limits hold for the whole cell only (gVisor).</param>
/// <param name="Jails">Where the limits of a single execution are set.</param>
/// <param name="Patience">How many times longer than on the machine itself everything in a cell may take: more than 1 under emulation.</param>
internal readonly record struct LauncherOffer(uint MaxSlots, JailCgroups Jails, uint Patience = 1);

/// <summary>Where the limits of a single execution are set.</summary>
internal enum JailCgroups
{
    /// <summary>In cgroups that are made outside and handed into the cell: containers.</summary>
    FromOutside,

    /// <summary>In cgroups of the cell's own kernel: micro-VMs, pods in them.</summary>
    OwnKernel,

    /// <summary>Nowhere: the limits of the cell are the limits of its one execution.</summary>
    CellOnly,
}

/// <summary>A cell that is wanted.</summary>
/// <param name="Cell">Its number; never used twice.</param>
/// <param name="Slots">Executions side by side.</param>
/// <param name="MemoryBytes">Of the whole cell.</param>
/// <param name="Processes">Of the whole cell.</param>
internal readonly record struct CellRequest(uint Cell, uint Slots, ulong MemoryBytes, uint Processes);

/// <summary>A cell did not start. The message is for the gateway's log: what was tried, what came of it, what to do.</summary>
internal sealed class LaunchException : Exception
{
    public LaunchException(string message) : base(message) { }

    public LaunchException(string message, Exception inner) : base(message, inner) { }
}
