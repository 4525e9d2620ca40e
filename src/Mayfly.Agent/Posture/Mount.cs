namespace Mayfly.Agent.Posture;

/// <summary>One line of mountinfo.</summary>
internal sealed record Mount(string Point, string Type, IReadOnlyList<string> Options)
{
    public bool Has(string option) => Options.Contains(option);

    public override string ToString() => $"{Point} {Type} {string.Join(',', Options)}";

    /// <summary>Parses proc_pid_mountinfo(5).</summary>
    public static IReadOnlyList<Mount> Parse(IEnumerable<string> lines) => [.. lines.Select(ParseLine).OfType<Mount>()];

    // id parent major:minor root point options [optional fields] - type source super-options
    private static Mount? ParseLine(string line)
    {
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, "-");
        // A super block may be read-only, or limited, without the mount saying so.
        return separator >= 6 && fields.Length > separator + 3
            ? new Mount(fields[4], fields[separator + 1], [.. fields[5].Split(','), .. fields[separator + 3].Split(',').Where(option => option != "rw")])
            : null;
    }
}
