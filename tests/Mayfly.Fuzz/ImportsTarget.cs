using System.Text;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol.Messages;

namespace Mayfly.Fuzz;

/// <summary>The agent's scan of a program for what it imports.</summary>
/// <remarks>Promises: it never fails; it sees only names that are there; and for Python it sees what a plain reading of its rule sees.</remarks>
internal static class ImportsTarget
{
    internal static readonly string[] Words =
        ["import ", "from ", "numpy", "pandas", "lodash", "mathjs", " as np", ", ", ";", "\n", "\r\n", "\t", "require(", "import(", "'", "\"", "`", "/fp", ".linalg", "#", "\\", "(", ")"];

    private static readonly byte[][] s_names = [.. new[] { "numpy", "pandas", "lodash", "mathjs" }.Select(Encoding.ASCII.GetBytes)];

    internal static string Run(byte[] code)
    {
        var python = Scan(Language.Python, code);
        var plain = Plainly(code);
        if (!python.SequenceEqual(plain)) throw new InvalidOperationException($"Python: sees {Kind(python)}, a plain reading {Kind(plain)}");
        var javascript = Scan(Language.Javascript, code);
        for (var i = 0; i < s_names.Length; i++)
        {
            if ((python[i] || javascript[i]) && code.AsSpan().IndexOf(s_names[i]) < 0) throw new InvalidOperationException($"sees {Encoding.ASCII.GetString(s_names[i])}, which is not there");
        }

        return $"{Kind(python)} {Kind(javascript)}";
    }

    private static bool[] Scan(Language language, byte[] code)
    {
        var found = new bool[s_names.Length];
        ImportScan.Mark(language, code, s_names, found);
        return found;
    }

    // A second time, with strings: a letter of Latin-1 for each byte.
    private static bool[] Plainly(byte[] code)
    {
        var found = new bool[s_names.Length];
        foreach (var statement in Encoding.Latin1.GetString(code).Split('\n').SelectMany(line => line.Split(';')).Select(part => part.TrimStart(' ', '\t')))
        {
            string[] imported = statement.StartsWith("from ", StringComparison.Ordinal) ? [statement[5..]]
                : statement.StartsWith("import ", StringComparison.Ordinal) ? statement[7..].Split(',')
                : [];
            foreach (var name in imported.Select(text => text.TrimStart(' ', '\t').Split(' ', '\t', '\r', '\n', ',', ';', '.', '#', '(', '\\')[0]))
            {
                for (var i = 0; i < s_names.Length; i++) found[i] |= name == Encoding.ASCII.GetString(s_names[i]);
            }
        }

        return found;
    }

    private static string Kind(bool[] found) => string.Concat(found.Select(seen => seen ? '1' : '0'));
}
