using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>/proc/PID/stat: who a process is, and the kernel's account of what it and its ended children used.</summary>
internal sealed record ProcessStat(int Id, int Parent, string Name, char State, long MinorFaults, long ChildrenMinorFaults, double CpuMs, double ChildrenCpuMs)
{
    // USER_HZ is 100 on every architecture that Mayfly runs on.
    private const double MsPerTick = 10;

    /// <summary>Null: it is gone.</summary>
    public static ProcessStat? TryRead(int id)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static ProcessStat Parse(string text)
    {
        // A name may hold anything, parentheses and spaces too; the last parenthesis ends it.
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        var rest = text[(close + 2)..].Split(' ');
        long Field(int number) => long.Parse(rest[number - 3], CultureInfo.InvariantCulture); // as numbered in proc(5), from 1
        return new ProcessStat(
            int.Parse(text[..(open - 1)], CultureInfo.InvariantCulture),
            (int)Field(4),
            text[(open + 1)..close],
            rest[0][0],
            Field(10),
            Field(11),
            (Field(14) + Field(15)) * MsPerTick,
            (Field(16) + Field(17)) * MsPerTick);
    }
}
