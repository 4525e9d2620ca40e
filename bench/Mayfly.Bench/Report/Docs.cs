using System.Text;
using System.Text.RegularExpressions;
using Mayfly.Bench.Ablation;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Report;

/// <summary>Puts a run's results where readers find them: the tables into docs/benchmarks.md, the chart beside it.</summary>
internal static class Docs
{
    public const string Page = "docs/benchmarks.md";
    public const string Picture = "docs/benchmarks.svg";

    private const string Measured = "measured";
    private const string Levers = "levers";

    public static void Write(string repository, BenchReport report, string command)
    {
        var page = Path.Combine(repository, Page);
        File.WriteAllText(page, Put(File.ReadAllText(page), Measured, Text(report, command)));
        File.WriteAllText(Path.Combine(repository, Picture), Chart.Draw(report));
    }

    public static void Write(string repository, List<LeverRow> rows, string command)
    {
        var page = Path.Combine(repository, Page);
        File.WriteAllText(page, Put(File.ReadAllText(page), Levers, $"\n`{command}` on {MachineDescription.Text()}.\n\n{LeverTable.Of(rows).ToMarkdown()}"));
    }

    /// <summary>The page with that text between the section's marks.</summary>
    /// <exception cref="InvalidDataException">It has no such marks.</exception>
    public static string Put(string page, string section, string text)
    {
        var marks = new Regex($"(<!-- {section}: [^\n]*-->\n)(.*?)(<!-- /{section} -->)", RegexOptions.Singleline | RegexOptions.CultureInvariant);
        return marks.IsMatch(page)
            ? marks.Replace(page, match => match.Groups[1].Value + text + match.Groups[3].Value)
            : throw new InvalidDataException($"{Page} has no \"<!-- {section}: … -->\" and \"<!-- /{section} -->\" between which results could be put");
    }

    private static string Text(BenchReport report, string command)
    {
        var text = new StringBuilder($"\n`{command}` on {report.Machine}; the load average before the run was {Numbers.Text(report.LoadBefore)}.\n\n");
        ReportTables.Of(report).ForEach(table => text.Append(table.ToMarkdown()));
        return text.ToString();
    }
}
