using Mayfly.Protocol;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>Who executes the guest's instructions: the processor (KVM), or QEMU.</summary>
/// <param name="IsKvm">The processor.</param>
/// <param name="Why">Why it is this one, in words.</param>
internal sealed record Accelerator(bool IsKvm, string Why)
{
    /// <summary>As in <c>--accelerator</c>.</summary>
    public const string Auto = "auto", Kvm = "kvm", Emulation = "emulation";

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

        var lack = KvmSupport.Lack();
        if (lack is not null && wanted == Kvm)
        {
            throw new StartException($"--accelerator {Kvm}: {lack}. Without KVM: --accelerator {Emulation}, many times slower.");
        }

        return lack is null ? new Accelerator(true, $"{KvmSupport.Device} opens and the processor virtualises") : new Accelerator(false, lack);
    }
}
