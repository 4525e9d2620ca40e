using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>Processes as /proc shows them.</summary>
internal static class ProcessTree
{
    /// <summary>The process and everything below it, as of now.</summary>
    public static List<ProcessStat> Below(int top)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => ProcessStat.TryRead(int.Parse(name!, CultureInfo.InvariantCulture)))
            .OfType<ProcessStat>()
            .ToList();
        var children = all.ToLookup(process => process.Parent);
        List<ProcessStat> family = [.. all.Where(process => process.Id == top)];
        for (var at = 0; at < family.Count; at++)
        {
            family.AddRange(children[family[at].Id]);
        }

        return family;
    }
}
