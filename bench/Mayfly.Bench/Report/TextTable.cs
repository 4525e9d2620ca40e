using System.Text;

namespace Mayfly.Bench.Report;

/// <summary>A table with its title and what a reader must know to read it.</summary>
internal sealed record TextTable(string Title, string[] Columns, List<string[]> Rows, string Note = "")
{
    public string ToMarkdown()
    {
        var text = new StringBuilder($"### {Title}\n\n");
        Line(text, Columns);
        Line(text, [.. Columns.Select(_ => "---")]);
        foreach (var row in Rows)
        {
            Line(text, row);
        }

        if (Note.Length > 0)
        {
            text.Append('\n').Append(Note).Append('\n');
        }

        return text.Append('\n').ToString();
    }

    private static void Line(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
