using System.Text;
using System.Text.RegularExpressions;

namespace Mayfly.Bench.Report;

/// <summary>Puts a run's results where readers find them: the tables into docs/benchmarks.md, the chart beside it.</summary>
internal static class Docs
{
    public const string Page = "docs/benchmarks.md";
    public const string Picture = "docs/benchmarks.svg";

    private static readonly Regex Section = new("(<!-- measured: [^\n]*-->\n)(.*?)(<!-- /measured -->)", RegexOptions.Singleline | RegexOptions.CultureInvariant);

    public static void Write(string repository, BenchReport report, string command)
    {
        var page = Path.Combine(repository, Page);
        File.WriteAllText(page, Put(File.ReadAllText(page), Text(report, command)));
        File.WriteAllText(Path.Combine(repository, Picture), Chart.Draw(report));
    }

    /// <summary>The page with that text between its marks.</summary>
    /// <exception cref="InvalidDataException">It has no marks.</exception>
    public static string Put(string page, string text) => Section.IsMatch(page)
        ? Section.Replace(page, match => match.Groups[1].Value + text + match.Groups[3].Value)
        : throw new InvalidDataException($"{Page} has no \"<!-- measured: … -->\" and \"<!-- /measured -->\" between which results could be put");

    private static string Text(BenchReport report, string command)
    {
        var text = new StringBuilder($"\n`{command}` on {report.Machine}; the load average before the run was {Numbers.Text(report.LoadBefore)}.\n\n");
        ReportTables.Of(report).ForEach(table => text.Append(table.ToMarkdown()));
        return text.ToString();
    }
}
