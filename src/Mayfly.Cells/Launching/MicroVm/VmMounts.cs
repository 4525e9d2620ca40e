using Mayfly.Cells.Kernel;
using Mayfly.Cells.Premises;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>The root that QEMU sees, the same for all cells: the machine's programs and libraries, the guest's parts, a few devices.</summary>
/// <remarks>In mayfly-cells' own mount namespace, on its own tmpfs: gone with it.</remarks>
internal static class VmMounts
{
    public const string Root = PrivateMounts.Root + "/vm";

    /// <summary>Its /dev, read-only.</summary>
    public const string Devices = PrivateMounts.Root + "/vm-dev";

    // devices.txt: null, zero, full, random, urandom.
    internal static readonly uint[] MemoryDevices = [3, 5, 7, 8, 9];

    private static readonly string[] s_names = ["null", "zero", "full", "random", "urandom"];

    // Where a dynamic program finds its interpreter and libraries: links into /usr on most machines, directories on some.
    private static readonly string[] s_libraries = ["lib", "lib64"];

    /// <summary>Lays it out and fills the initramfs in.</summary>
    public static void Make(GuestPart guest, string app, bool isKvm)
    {
        Files.MakeDirectory(Root, 0x1ED);
        foreach (var point in (string[])["proc", "dev", "usr", "guest"])
        {
            Files.MakeDirectory($"{Root}/{point}", 0x1ED);
        }

        Files.BindReadOnly("/usr", $"{Root}/usr");
        Files.BindReadOnly(guest.Directory, $"{Root}{QemuCommand.Guest}");
        foreach (var library in s_libraries.Where(library => Directory.Exists($"/{library}")))
        {
            if (new DirectoryInfo($"/{library}").LinkTarget is { } target)
            {
                File.CreateSymbolicLink($"{Root}/{library}", target);
            }
            else
            {
                Files.MakeDirectory($"{Root}/{library}", 0x1ED);
                Files.BindReadOnly($"/{library}", $"{Root}/{library}");
            }
        }

        using (var initrd = File.Create($"{Root}{QemuCommand.Initrd}"))
        {
            Initramfs.Write(initrd, app, guest.Modules);
        }

        Files.ChangeMode($"{Root}{QemuCommand.Initrd}", 0x1A4); // 0644
        MakeDevices(isKvm);
    }

    private static void MakeDevices(bool isKvm)
    {
        const ulong Flags = LibC.MsNoSuid | LibC.MsNoExec;
        Files.MakeDirectory(Devices, 0x1ED);
        Files.Mount("tmpfs", Devices, "tmpfs", Flags, "size=64k,mode=0755");
        foreach (var (name, minor) in s_names.Zip(MemoryDevices))
        {
            Files.MakeCharacterDevice($"{Devices}/{name}", 1, minor);
        }

        if (isKvm)
        {
            // A node of our own, open to QEMU's user: the machine's /dev/kvm may be closed to it. Nobody else sees this one.
            Files.MakeCharacterDevice($"{Devices}/kvm", 10, 232);
        }

        Files.Mount("tmpfs", Devices, null, Flags | LibC.MsRemount | LibC.MsRdOnly);
    }
}
