using System.Globalization;
using Mayfly.Bench.Accounts;

namespace Mayfly.Bench.Launchers;

/// <summary>What a service's only cell holds for itself: every process below mayfly-cells but the gateway.</summary>
internal static class CellMemory
{
    private const string Gateway = "dotnet";

    /// <summary>Pages that no process outside shares, and its part of those that some do.</summary>
    public static double PrivateMiB(int top) =>
        ProcessTree.Below(top).Where(process => process.Id != top && process.Name != Gateway).Sum(process => ProportionalKiB(process.Id)) / 1024.0;

    private static long ProportionalKiB(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/smaps_rollup").First(one => one.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0; // it ended meanwhile
        }
    }
}
