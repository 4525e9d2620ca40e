using System.Runtime.InteropServices;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>Who executes the guest's instructions: the processor (KVM), or QEMU.</summary>
/// <param name="IsKvm">The processor.</param>
/// <param name="Why">Why it is this one, in words.</param>
internal sealed record Accelerator(bool IsKvm, string Why)
{
    /// <summary>As in <c>--accelerator</c>.</summary>
    public const string Auto = "auto", Kvm = "kvm", Emulation = "emulation";

    public const string Device = "/dev/kvm";

    /// <summary>How much longer than the processor's own speed everything may take.</summary>
    public uint Patience => IsKvm ? 1u : 8u;

    /// <summary>The one to use, once for all cells: whoever measures must know which it was.</summary>
    /// <exception cref="StartException">KVM was asked for, and is not there.</exception>
    public static Accelerator Choose(string wanted)
    {
        if (wanted == Emulation)
        {
            return new Accelerator(false, "as configured");
        }

        var lack = Lack(File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [], Opens());
        if (lack is not null && wanted == Kvm)
        {
            throw new StartException($"--accelerator {Kvm}: {lack}. Without KVM: --accelerator {Emulation}, many times slower.");
        }

        return lack is null ? new Accelerator(true, $"{Device} opens and the processor virtualises") : new Accelerator(false, lack);
    }

    /// <summary>What KVM lacks; null if nothing.</summary>
    /// <param name="processor">/proc/cpuinfo.</param>
    /// <param name="openFailure">Why /dev/kvm does not open; null if it does.</param>
    internal static string? Lack(IEnumerable<string> processor, string? openFailure)
    {
        if (openFailure is not null)
        {
            return $"{Device}: {openFailure}";
        }

        // Without these flags a KVM can be there all the same (kvm-pvm, in clouds): it makes virtual machines and executes nothing but
        // kernels that were built for it, which the distribution's is not.
        var virtualises = RuntimeInformation.OSArchitecture == Architecture.Arm64
            || processor.Where(line => line.StartsWith("flags", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')).Any(flag => flag is "vmx" or "svm");
        return virtualises ? null : $"{Device} is there, but the processor shows neither vmx nor svm: a KVM of that kind does not run the distribution's kernel";
    }

    private static string? Opens()
    {
        try
        {
            using var device = File.OpenHandle(Device, FileMode.Open, FileAccess.ReadWrite);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure is FileNotFoundException ? "it is not there" : failure.Message;
        }
    }
}
