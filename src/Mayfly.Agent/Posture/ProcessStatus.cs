namespace Mayfly.Agent.Posture;

/// <summary>The lines of /proc/…/status.</summary>
internal sealed class ProcessStatus
{
    private readonly Dictionary<string, string> _lines = new(StringComparer.Ordinal);

    /// <param name="lines">"Name:\tvalue" each.</param>
    public ProcessStatus(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) _lines[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    /// <summary>Of the agent itself.</summary>
    public static ProcessStatus OfAgent() => new(File.ReadLines("/proc/self/status"));

    /// <summary>The value; empty if the kernel does not have the line.</summary>
    public string this[string name] => _lines.GetValueOrDefault(name, "");
}
