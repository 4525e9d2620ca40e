using System.Runtime.InteropServices;

namespace Mayfly.Images;

/// <summary>The rights that new files do not get.</summary>
internal static partial class CreationMask
{
    /// <summary>
    /// From now on, in this process and the programs that it starts, others may read what is created. An image is read by
    /// apt's own user while it is made, by the gateway's, and by the numbers that a cell maps, whatever mask root logs in with.
    /// </summary>
    public static void LetOthersRead() => _ = Umask(0b000_010_010);

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);
}
