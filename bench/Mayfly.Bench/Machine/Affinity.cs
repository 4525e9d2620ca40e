using System.Globalization;
using Mayfly.Bench.Accounts;

namespace Mayfly.Bench.Machine;

/// <summary>Which processors a service, and everything that it starts, may use.</summary>
internal static class Affinity
{
    public static ulong All => Environment.ProcessorCount >= 64 ? ulong.MaxValue : (1UL << Environment.ProcessorCount) - 1;

    /// <summary>Sets it for every thread of the process and of all below it; what they start later inherits it.</summary>
    public static unsafe void Set(int top, ulong mask)
    {
        // Twice: what was started between the listing and the setting is caught by the second.
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var thread in ProcessTree.Below(top).SelectMany(process => Threads(process.Id)))
            {
                // A thread that has ended needs none.
                _ = LibC.SetAffinity(thread, sizeof(ulong), &mask);
            }
        }
    }

    private static int[] Threads(int process)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{process}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return []; // ended meanwhile
        }
    }
}
