namespace Mayfly.Agent.Posture;

/// <summary>What SelfTest/Programs/posture.py printed: "section&#9;line" each.</summary>
internal sealed class ProbeReport
{
    private readonly ILookup<string, string> _lines;

    private ProbeReport(ILookup<string, string> lines) => _lines = lines;

    public static ProbeReport Parse(string output) => new(output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t', 2))
        .Where(parts => parts.Length == 2)
        .ToLookup(parts => parts[0], parts => parts[1]));

    public IReadOnlyList<string> Lines(string section) => [.. _lines[section]];

    /// <summary>A section of one line; empty if it is missing, which no layer takes for being in force.</summary>
    public string Line(string section) => _lines[section].FirstOrDefault("");
}
