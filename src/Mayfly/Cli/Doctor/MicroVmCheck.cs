using System.Runtime.InteropServices;
using Mayfly.Images;
using Mayfly.Images.Guest;
using Mayfly.Protocol;

namespace Mayfly.Cli.Doctor;

/// <summary>Whether this machine can run micro-VMs, and what executes them: the same questions that mayfly-cells asks.</summary>
internal static class MicroVmCheck
{
    private const string Name = "launcher microvm";

    public static Finding Run(Installation installation)
    {
        var missing = Missing(installation);
        return Judge(installation.NeedsGuest, missing, missing is null ? KvmSupport.Lack() : null);
    }

    /// <summary>The finding, from what was seen.</summary>
    /// <param name="isWanted">Whether it is the launcher in force.</param>
    /// <param name="missing">What must be installed or made, with the command; null: nothing.</param>
    /// <param name="lackOfKvm">Why guests will be emulated; null: they will not.</param>
    internal static Finding Judge(bool isWanted, (string What, string Command)? missing, string? lackOfKvm) => (missing, isWanted, lackOfKvm) switch
    {
        ({ } lack, true, _) => Finding.Fail(Name, lack.What, lack.Command),
        ({ } lack, false, _) => Finding.Skipped(Name, $"not prepared: {lack.What}; ./mayfly up --launcher microvm does it"),
        (null, _, null) => Finding.Pass(Name, $"by KVM: {KvmSupport.Device} opens and the processor virtualises"),
        (null, _, { } why) => Finding.Caution(Name, $"emulated, many times slower than by KVM: {why}", "use a machine, or a kind of instance, with hardware virtualisation"),
    };

    private static (string What, string Command)? Missing(Installation installation)
    {
        var qemu = IsArm ? "qemu-system-aarch64" : "qemu-system-x86_64";
        if (!new ImagePrerequisite(qemu, "", "").IsHere())
        {
            return ($"{qemu} is not installed", $"apt-get install --no-install-recommends {(IsArm ? "qemu-system-arm" : "qemu-system-x86")}");
        }

        return InstalledImage.Find(installation) is { } image && !GuestBuilder.IsThere(image)
            ? ("the image has no kernel and disk for micro-VMs yet", "./mayfly image build --guest")
            : null;
    }

    private static bool IsArm => RuntimeInformation.OSArchitecture == Architecture.Arm64;
}
