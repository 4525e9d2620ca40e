namespace Mayfly.Agent.Posture;

/// <summary>Reads /proc/net/dev.</summary>
internal static class NetworkInterfaces
{
    /// <summary>The names: after two lines of headings, "name: counters…".</summary>
    public static IEnumerable<string> Names(IEnumerable<string> lines) =>
        lines.Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':')[0].Trim());
}
