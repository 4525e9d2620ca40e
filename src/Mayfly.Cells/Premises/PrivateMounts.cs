using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Premises;

/// <summary>A mount namespace of our own, with a tmpfs on /run/mayfly: everything that a running instance needs in the file system.</summary>
/// <remarks>
/// It vanishes with the process, however that ends: no mount, no bundle, no state of runc can be left over. Two instances each see
/// only their own. The paths are short and open to pass, so that neither the image's nor the data directory's parents
/// need to be open to a cell's uid.
/// unshare works for the calling thread alone; the runtime's other threads touch no paths, and the loop has only this one.
/// </remarks>
internal static class PrivateMounts
{
    public const string Root = "/run/mayfly";

    /// <summary>The image's root file system, read-only.</summary>
    public const string Image = Root + "/image";

    /// <summary>Agent, jailer and filter: what a cell sees at /mayfly, read-only.</summary>
    public const string CellProgram = Root + "/cell-program";

    /// <summary>The five devices of a cell's /dev, read-only.</summary>
    public const string Devices = Root + "/dev";

    /// <summary>runc's state; nobody else's business.</summary>
    public const string RuntimeState = Root + "/runc";

    /// <summary>A directory for each cell.</summary>
    public const string Cells = Root + "/cells";

    /// <summary>Enters the namespace and lays everything out.</summary>
    public static void Enter(string rootfs, string cellProgram)
    {
        Files.MakeDirectory(Root, 0x1ED); // on the machine's own /run; empty there for good
        if (LibC.Unshare(LibC.CloneNewNs) != 0)
        {
            throw KernelException.Last("unshare of the mount namespace", "mayfly-cells needs CAP_SYS_ADMIN.");
        }

        // Slave, not private: what the machine unmounts must not stay mounted here.
        Files.Mount("none", "/", null, LibC.MsSlave | LibC.MsRec);
        Files.Mount("tmpfs", Root, "tmpfs", LibC.MsNoSuid | LibC.MsNoDev | LibC.MsNoExec, "size=64m,mode=0711");
        Files.MakeDirectory(RuntimeState, 0x1C0);
        Files.MakeDirectory(Cells, 0x1C0);
        Bind(rootfs, Image);
        Bind(cellProgram, CellProgram);
        MakeDevices();
    }

    private static void Bind(string source, string target)
    {
        Files.MakeDirectory(target, 0x1ED);
        Files.BindReadOnly(source, target);
    }

    private static void MakeDevices()
    {
        const ulong Flags = LibC.MsNoSuid | LibC.MsNoExec;
        Files.MakeDirectory(Devices, 0x1ED);
        Files.Mount("tmpfs", Devices, "tmpfs", Flags, "size=64k,mode=0755");
        foreach (var (name, minor) in ((string, uint)[])[("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9)])
        {
            Files.MakeCharacterDevice($"{Devices}/{name}", 1, minor); // devices.txt: major 1, memory devices
        }

        Files.Mount("tmpfs", Devices, null, Flags | LibC.MsRemount | LibC.MsRdOnly);
    }
}
