using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using Mayfly.Cli.Doctor;
using Mayfly.Cli.Remote;
using Spectre.Console;

namespace Mayfly.Cli;

/// <summary><c>mayfly doctor</c>: each prerequisite and layer, and the command that mends it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "The report as JSON." };
        var url = new Option<string?>("--url") { HelpName = "URL", Description = "Check that server and the way to it instead of this machine. Runs no program, costs nothing." };
        var command = new Command("doctor", "Checks each prerequisite and layer; exit code 1 if one fails. Starts one cell to measure its layers and stops it again.") { json, url };
        Settings.AddTo(command);
        command.SetAction((parsed, stop) => RemoteCommand.GuardAsync(async () =>
        {
            var findings = parsed.GetValue(url) is { } address ? await ServerChecks.RunAsync(address, stop) : await ExamineAsync(Settings.Read(parsed), stop);
            var report = new Report(findings.All(finding => finding.Verdict != Verdict.Fail), Version, findings);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.Report));
            }
            else
            {
                Print(report);
            }

            return report.Ok ? 0 : 1;
        }, failure: 1, stop));
        return command;
    }

    private static string Version => typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static async Task<List<Finding>> ExamineAsync(IConfigurationRoot settings, CancellationToken stop)
    {
        var options = Settings.Check(settings);
        var installation = Installation.From(settings);
        List<Finding> findings = [.. HostChecks.All(installation), CgroupCheck.Run()];
        findings.AddRange(LauncherChecks.All(installation));
        findings.Add(CellReuseCheck.Run(options.Dispatch));
        findings.AddRange(await ImageCheck.RunAsync(installation, stop));
        findings.AddRange(await LayerCheck.RunAsync(settings, findings, stop));
        findings.AddRange(await StoreChecks.RunAsync(settings));
        findings.Add(await ServiceCheck.RunAsync(settings, stop));
        return findings;
    }

    private static void Print(Report report)
    {
        var table = new Table().NoBorder().HideHeaders().AddColumns("verdict", "name", "detail");
        foreach (var finding in report.Findings)
        {
            var colour = finding.Verdict switch
            {
                Verdict.Pass => "green",
                Verdict.Caution => "yellow",
                Verdict.Fail => "red",
                _ => "grey",
            };
            var remedy = finding.Remedy is null ? "" : $"  →  {finding.Remedy}";
            table.AddRow(
                $"[{colour}]{finding.Verdict.ToString().ToUpperInvariant()}[/]",
                finding.Name.EscapeMarkup(),
                (finding.Detail + remedy).EscapeMarkup());
        }

        Terminal.Write(table);
    }
}
