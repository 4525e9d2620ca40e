using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mayfly.Bench;

/// <summary>What this machine charges for the things that starting a program is made of; ratios of other machines follow from these.</summary>
internal sealed partial record Probes(double MinorFaultMicroseconds, double SpawnTrueMs)
{
    private const int Pages = 4096;
    private const int PageBytes = 4096;

    public static Probes Measure()
    {
        var faults = Enumerable.Range(0, 9).Select(_ => FaultMicroseconds()).Order().ElementAt(4);
        var spawn = Enumerable.Range(0, 15).Select(_ => Spawn.Run(["/bin/true"], []).WallMs).Order().ElementAt(7);
        return new Probes(faults, spawn);
    }

    private static unsafe double FaultMicroseconds()
    {
        const int ReadWrite = 3;
        const int PrivateAnonymous = 0x22;
        const int NoHugePage = 15;
        var memory = (byte*)Map(0, Pages * PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        _ = Advise((nint)memory, Pages * PageBytes, NoHugePage);
        var begin = Stopwatch.GetTimestamp();
        for (var page = 0; page < Pages; page++)
        {
            memory[page * PageBytes] = 1;
        }

        var elapsed = Stopwatch.GetElapsedTime(begin);
        _ = Unmap((nint)memory, Pages * PageBytes);
        return elapsed.TotalMicroseconds / Pages;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}

/// <summary>The machine, so that figures can be compared with others'.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} processors ({Model()}), Linux {Environment.OSVersion.Version.ToString(3)}, {RuntimeInformation.ProcessArchitecture}";

    private static string Model() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault("unknown model");
}
