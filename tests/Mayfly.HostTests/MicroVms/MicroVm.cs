using System.Runtime.InteropServices;
using System.Text.Json;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.HostTests.Services;
using Mayfly.Protocol;

namespace Mayfly.HostTests.MicroVms;

/// <summary>What tests of micro-VMs need.</summary>
internal static class MicroVm
{
    /// <summary>Options of a service of one small cell; by KVM or emulated, as the machine is.</summary>
    public static readonly string[] Options =
    [
        "--launcher", "microvm", "--cells", "1", "--slots", "2", "--warm", "false", "--set", "StandbyCells=0", "--set", "Queue:WaitMs=60000", "--set", "Limits:CpuQuotaUs=100000",
    ];

    /// <summary>The part of the image for micro-VMs.</summary>
    public static string Part => $"{Host.Image}-guest";

    /// <summary>Version of the guests' kernel, as the builder took it from the package.</summary>
    public static string Kernel => JsonDocument.Parse(File.ReadAllText($"{Part}/guest.json")).RootElement.GetProperty("kernel").GetString()!;

    /// <summary>Skips unless a micro-VM can be started here, by name of what is missing.</summary>
    public static void Require()
    {
        RunningService.Require();
        Assert.SkipUnless(File.Exists($"/usr/bin/{QemuCommand.Program}"), $"{QemuCommand.Program} is not installed: apt-get install --no-install-recommends qemu-system-x86");
        Assert.SkipUnless(RuntimeInformation.OSArchitecture == Architecture.X64, "tested on x86-64 only");
        Assert.SkipUnless(File.Exists($"{Part}/guest.json"), "the image has no part for micro-VMs: ./mayfly image build --guest");
    }

    /// <summary>Skips where guests are emulated, for a test that waits for boots: ten minutes for what takes KVM one.</summary>
    public static void RequireQuick()
    {
        Require();
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("MAYFLY_TEST_CHAOS") is { Length: > 0 } || KvmSupport.Lack() is null, "guests are emulated here, and this waits for several to boot: ./mayfly chaos microvms runs it");
    }

    /// <summary>The QEMU of a service's only cell.</summary>
    public static int QemuOf(RunningService service) => service.Processes().Single(IsQemu);

    /// <summary>Whether a process is QEMU, and not runc on the way to it.</summary>
    public static bool IsQemu(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").StartsWith("qemu-system", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
