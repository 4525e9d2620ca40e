using System.Globalization;
using System.Runtime.InteropServices;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>What a micro-VM is made of.</summary>
/// <param name="IsKvm">The processor executes it, and not QEMU.</param>
/// <param name="Processors">Virtual ones.</param>
/// <param name="MemoryBytes">Of the guest.</param>
/// <param name="RootBytes">Length of its disk.</param>
/// <param name="TscKhz">Rate of the machine's time stamp counter; 0: unknown, or not needed.</param>
/// <param name="Patience">How much longer everything in the guest may take.</param>
internal sealed record QemuShape(bool IsKvm, int Processors, ulong MemoryBytes, long RootBytes, long TscKhz, uint Patience);

/// <summary>QEMU's command line: everything that a guest can touch is named here.</summary>
/// <remarks>
/// Three virtio devices, a serial console and a clock. No network, no shared folder, no USB, no display, no monitor: what is not named is not
/// there (<c>-nodefaults</c>). Stream and console are descriptors that it inherits; it opens kernel, initramfs and disk
/// read-only in a root of its own.
/// </remarks>
internal static class QemuCommand
{
    /// <summary>Descriptor of the cell stream, of the console's pipe.</summary>
    public const int Stream = 3, Console = 4;

    /// <summary>Where its own root has the guest's parts, and the initramfs.</summary>
    public const string Guest = "/guest", Initrd = "/initrd";

    // Translated code of an emulated guest: the interpreters and libraries of a cell took 130 MiB. Reserved, not touched.
    private const int TranslationMiB = 256;

    /// <summary>Memory of QEMU itself, beside the guest's.</summary>
    public static ulong OverheadBytes(bool isKvm) => (ulong)(isKvm ? 96 : 160 + TranslationMiB) << 20;

    /// <summary>The name of the program for this machine.</summary>
    public static string Program => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "qemu-system-aarch64" : "qemu-system-x86_64";

    public static IReadOnlyList<string> Arguments(QemuShape shape, Architecture architecture)
    {
        var isArm = architecture == Architecture.Arm64;
        var bus = isArm ? "pci" : "device"; // virt has PCI; microvm has virtio on memory addresses
        List<string> arguments =
        [
            Program,
            "-nodefaults", "-no-user-config", "-no-reboot",
            "-display", "none", "-monitor", "none", "-parallel", "none",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-M", isArm ? "virt,gic-version=max" : "microvm,rtc=on,pit=on,pic=on,isa-serial=on,acpi=on,pcie=off,usb=off",
            "-accel", shape.IsKvm ? "kvm" : string.Create(CultureInfo.InvariantCulture, $"tcg,tb-size={TranslationMiB},thread=multi"),
            "-cpu", shape.IsKvm ? "host" : "max",
            "-smp", shape.Processors.ToString(CultureInfo.InvariantCulture),
            "-m", string.Create(CultureInfo.InvariantCulture, $"{shape.MemoryBytes >> 20}M"),
            "-rtc", "base=utc,clock=host",
            // The compressed kernel unpacks itself at a random address; emulated, that costs more than the rest of the boot.
            "-kernel", $"{Guest}/{(shape.IsKvm || isArm ? GuestPart.Compressed : GuestPart.Uncompressed)}",
            "-initrd", Initrd,
            "-append", KernelArguments(shape, isArm),
            "-add-fd", $"fd={Console},set=1",
            "-chardev", "file,id=console,path=/dev/fdset/1,append=on", "-serial", "chardev:console",
            "-chardev", $"socket,id=stream,fd={Stream}",
            "-device", $"virtio-serial-{bus},max_ports=2", "-device", "virtserialport,chardev=stream,nr=1,name=cell",
            "-blockdev", $"driver=file,node-name=root,filename={Guest}/{GuestPart.Root},read-only=on,cache.direct=off,aio=threads",
            "-device", $"virtio-blk-{bus},drive=root",
            "-object", "rng-builtin,id=random", "-device", $"virtio-rng-{bus},rng=random",
        ];
        if (!isArm)
        {
            // The guest's PID 1 ends QEMU with it, and says how its agent ended.
            arguments.AddRange(["-device", "isa-debug-exit,iobase=0xf4,iosize=1"]);
        }

        return arguments;
    }

    private static string KernelArguments(QemuShape shape, bool isArm)
    {
        List<string> arguments =
        [
            $"console={(isArm ? "ttyAMA0" : "ttyS0")}", "quiet",
            // Panics and worse. At the level above are lines with names that programs chose, one for each that runs out of memory.
            "loglevel=3",
            // Whatever goes wrong in the kernel ends the machine, at once: a cell is disposable.
            "panic=-1", "oops=panic", "softlockup_panic=1",
            "random.trust_cpu=on", "random.trust_bootloader=on",
            string.Create(CultureInfo.InvariantCulture, $"mayfly.root_bytes={shape.RootBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"mayfly.patience={shape.Patience}"),
        ];
        if (!isArm)
        {
            arguments.Add("reboot=t"); // a triple fault, which QEMU sees as the end
        }

        if (!shape.IsKvm && shape.TscKhz > 0)
        {
            // An emulated guest reads the machine's own counter, the same on all its processors, and has nothing to measure or check it
            // by: it would fall back to counting timer ticks, of which a busy machine loses one in five.
            arguments.Add(string.Create(CultureInfo.InvariantCulture, $"tsc_early_khz={shape.TscKhz} tsc=reliable"));
        }

        return string.Join(' ', arguments);
    }
}
