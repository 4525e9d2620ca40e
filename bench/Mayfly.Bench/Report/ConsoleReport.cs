using Mayfly.Bench.Ablation;
using Spectre.Console;

namespace Mayfly.Bench.Report;

/// <summary>Tables on a terminal, or in the file or pipe that stands in for one.</summary>
internal static class ConsoleReport
{
    private const int WidthOfAPipe = 240;

    public static void Print(BenchReport report)
    {
        Widen();
        AnsiConsole.WriteLine($"Machine: {report.Machine}; load average before the run {Numbers.Text(report.LoadBefore)}");
        ReportTables.Of(report).ForEach(Print);
    }

    public static void Print(List<LeverRow> rows) => Print(LeverTable.Of(rows));

    public static void Print(TextTable text)
    {
        Widen();
        var table = new Table().Border(TableBorder.Markdown).AddColumns(text.Columns);
        foreach (var row in text.Rows)
        {
            table.AddRow([.. row.Select(cell => cell.EscapeMarkup())]);
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(text.Title);
        AnsiConsole.Write(table);
        if (text.Note.Length > 0)
        {
            AnsiConsole.WriteLine(text.Note);
        }
    }

    // What goes to a file or a pipe is not folded to the width of a terminal that is not there.
    private static void Widen()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfAPipe;
        }
    }
}
