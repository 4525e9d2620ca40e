using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Mayfly.Bench;

/// <summary>All figures of one run.</summary>
internal sealed record BenchReport(string Machine, Probes Probes, [property: JsonIgnore] string Runtimes, List<Result> Results)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string ToJson() => JsonSerializer.Serialize(this, Indented);
}

/// <summary>The report as people read it.</summary>
internal static class ReportTable
{
    public static void Print(BenchReport report)
    {
        Wide();
        var table = new Table().Border(TableBorder.Markdown)
            .AddColumns("program", "contender", "rounds", "median ms", "p90 ms", "ratio to bare", "CPU ms", "minor faults");
        foreach (var result in report.Results)
        {
            if (result.Failure is { } failure)
            {
                table.AddRow(result.Workload, result.Contender, "", "failed:", failure.EscapeMarkup(), "", "", "");
                continue;
            }

            table.AddRow(
                result.Workload,
                result.Contender,
                Number(result.Rounds, "0"),
                Number(result.MedianMs, "0.0"),
                Number(result.P90Ms, "0.0"),
                Number(result.RatioToBare, "0.00"),
                Number(result.CpuMs, "0.0"),
                Number(result.MinorFaults, "0"));
        }

        AnsiConsole.WriteLine($"Machine: {report.Machine}");
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Probes: a minor fault {report.Probes.MinorFaultMicroseconds:0.0} µs; spawning /bin/true {report.Probes.SpawnTrueMs:0.0} ms"));
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine("Medians of one interleaved run; \"ratio to bare\" is the median of the ratios of neighbouring runs. CPU and faults as the kernel accounts them to the command: of bubblewrap only its outer process, of Mayfly not measured here.");
    }

    /// <summary>A table that goes to a file or a pipe is not folded to the width of a terminal that is not there.</summary>
    public static void Wide() => AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
}
