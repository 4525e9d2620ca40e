using System.CommandLine;
using Mayfly.Bench.Ablation;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench</c>.</summary>
internal static class BenchCommand
{
    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer and shorter rounds: about a minute instead of five." };
    private static readonly Option<string?> Json = new("--json") { HelpName = "FILE", Description = "Write every figure as JSON." };
    private static readonly Option<string?> Svg = new("--svg") { HelpName = "FILE", Description = "Draw the comparison." };
    private static readonly Option<int?> DriftRuns = new("--drift") { HelpName = "N", Description = "So many executions in a row in the test for drift, whatever time they take." };
    private static readonly Option<bool> Ablation = new("--ablation") { Description = "Instead: what each lever of bench/levers.json is worth, switched off by itself." };
    private static readonly Option<bool> WriteDocs = new("--write-docs") { Description = $"Put the results into {Docs.Page} and {Docs.Picture}." };

    private static string Repository => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));

    public static Option<string> App { get; } = new("--app")
    {
        HelpName = "DIR",
        Description = "The built program.",
        DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "app")),
    };

    public static Option<string?> Images { get; } = new("--images") { HelpName = "DIR", Description = "Where runtime images are kept." };

    public static RootCommand Create()
    {
        DriftRuns.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number is < 1 or > 10_000_000))
            {
                result.AddError($"--drift {token.Value}: it must be within 1..10000000.");
            }
        });
        var command = new RootCommand("Compares Mayfly with bare interpreters and other sandboxes, in turns. Needs root; starts a service of its own on a free port.")
        {
            Quick, Json, Svg, DriftRuns, Ablation, WriteDocs, App, Images,
        };
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>EX_NOPERM of sysexits.h.</summary>
    public static async Task<int> NeedsRootAsync()
    {
        await Console.Error.WriteLineAsync("mayfly bench: needs root, for cells and for the sandboxes that it compares with. Run it with sudo.");
        return 77;
    }

    /// <summary>One of the smaller measurements: as root, with the program that was named, and its failure in a sentence.</summary>
    public static async Task<int> MeasureAsync(ParseResult parsed, Func<MayflyProgram, Task<int>> measure)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await NeedsRootAsync();
        }

        try
        {
            return await measure(new MayflyProgram(parsed.GetRequiredValue(App), parsed.GetValue(Images)));
        }
        catch (ServiceException failure)
        {
            await Console.Error.WriteLineAsync($"mayfly bench {parsed.CommandResult.Command.Name}: {failure.Message}");
            return 1;
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await NeedsRootAsync();
        }

        var program = new MayflyProgram(parsed.GetRequiredValue(App), parsed.GetValue(Images));
        var quick = parsed.GetValue(Quick);
        try
        {
            return parsed.GetValue(Ablation)
                ? await CompareLeversAsync(program, quick, parsed, stop)
                : await MeasureAsync(program, quick, parsed, stop);
        }
        catch (ServiceException failure)
        {
            await Console.Error.WriteLineAsync($"mayfly bench: {failure.Message}");
            return 1;
        }
    }

    private static async Task<int> MeasureAsync(MayflyProgram program, bool quick, ParseResult parsed, CancellationToken stop)
    {
        var plan = quick ? Plan.Quick : Plan.Full;
        var report = await Measurement.RunAsync(program, parsed.GetValue(DriftRuns) is { } runs ? plan.WithDrift(runs) : plan, stop);
        ConsoleReport.Print(report);
        if (parsed.GetValue(Json) is { } json)
        {
            await File.WriteAllTextAsync(json, report.ToJson(), stop);
        }

        if (parsed.GetValue(Svg) is { } svg)
        {
            await File.WriteAllTextAsync(svg, Chart.Draw(report), stop);
        }

        if (parsed.GetValue(WriteDocs))
        {
            Docs.Write(Repository, report, quick ? "./mayfly bench --quick" : "./mayfly bench");
        }

        // A figure that is missed is a result; what could not be measured because something broke is not.
        return report.Failed ? 1 : 0;
    }

    private static async Task<int> CompareLeversAsync(MayflyProgram program, bool quick, ParseResult parsed, CancellationToken stop)
    {
        var rows = await LeverComparison.RunAsync(program, Lever.All(), quick, stop);
        ConsoleReport.Print(rows);
        if (parsed.GetValue(Json) is { } json)
        {
            await File.WriteAllTextAsync(json, BenchReport.ToJson(rows), stop);
        }

        if (parsed.GetValue(WriteDocs))
        {
            Docs.Write(Repository, rows, quick ? "./mayfly bench --ablation --quick" : "./mayfly bench --ablation");
        }

        return 0;
    }
}
