namespace Mayfly.Agent.Boot;

/// <summary>Tables of the host's kernel that executions share with everybody, and of which none may take the most.</summary>
internal static class HostTables
{
    // The host counts all cells' instances as its root's, and allows that 128 by default; a program has seldom more than one
    // (a loop of Node's each). The limit holds for each user of this cell's user namespace, that is for each slot.
    private const string InotifyInstances = "/proc/sys/user/max_inotify_instances";
    private const string PerSlot = "4";

    /// <summary>Sets the limits, before there is a jail.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Bound()
    {
        try
        {
            File.WriteAllText(InotifyInstances, PerSlot);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"write {PerSlot} to {InotifyInstances}: {refused.Message} The cell's root lacks CAP_SYS_RESOURCE in its user namespace, or /proc is read-only", refused);
        }
    }
}
