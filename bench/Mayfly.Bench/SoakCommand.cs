using System.CommandLine;
using System.Globalization;
using Mayfly.Bench.Load;
using Mayfly.Bench.Running;

namespace Mayfly.Bench;

/// <summary><c>./mayfly soak</c>.</summary>
internal static class SoakCommand
{
    private static readonly Option<int> Runs = new("--runs") { HelpName = "N", Description = "Executions.", DefaultValueFactory = _ => 10_000 };

    private static readonly Option<int?> ZygoteChildren = new("--zygote-children")
    {
        HelpName = "N",
        Description = "Executions that one warm interpreter serves, whatever its age. Default: the service's own rotation.",
    };

    public static Command Create()
    {
        var command = new Command("soak", "Many mixed executions, good and hostile; shows what the service holds before, half way and after.") { Runs, ZygoteChildren, BenchCommand.App, BenchCommand.Images };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await BenchCommand.NeedsRootAsync();
        }

        string[] rotation = parsed.GetValue(ZygoteChildren) is { } children
            ? ["--set", string.Create(CultureInfo.InvariantCulture, $"ZygoteChildren={children}"), "--set", "ZygoteMinutes=10080"]
            : [];
        await using var service = await Service.StartAsync(new MayflyProgram(parsed.GetRequiredValue(BenchCommand.App), parsed.GetValue(BenchCommand.Images)), rotation, stop);
        return await Soak.RunAsync(service, parsed.GetValue(Runs), stop);
    }
}
