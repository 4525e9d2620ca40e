using System.Runtime.InteropServices;

namespace Mayfly.Protocol;

/// <summary>Whether the processor of this machine can execute guests: asked by mayfly-cells, which decides by it, and by the doctor, who says so before.</summary>
public static class KvmSupport
{
    /// <summary>The device.</summary>
    public const string Device = "/dev/kvm";

    /// <summary>What this machine lacks; null if nothing.</summary>
    public static string? Lack() => Lack(OpenFailure(), File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : []);

    /// <summary>What a machine lacks, by what was seen of it; null if nothing.</summary>
    /// <param name="openFailure">Why the device does not open; null if it does.</param>
    /// <param name="processor">/proc/cpuinfo.</param>
    public static string? Lack(string? openFailure, IEnumerable<string> processor)
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

    private static string? OpenFailure()
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
