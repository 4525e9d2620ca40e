using System.CommandLine;
using Mayfly.Bench.Load;
using Mayfly.Bench.Running;

namespace Mayfly.Bench;

/// <summary><c>./mayfly soak</c>.</summary>
internal static class SoakCommand
{
    private static readonly Option<int> Runs = new("--runs") { HelpName = "N", Description = "Executions.", DefaultValueFactory = _ => 10_000 };

    public static Command Create()
    {
        var command = new Command("soak", "Many mixed executions; shows what the service holds before and after.") { Runs, BenchCommand.App, BenchCommand.Images };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await BenchCommand.NeedsRootAsync();
        }

        await using var service = await Service.StartAsync(new MayflyProgram(parsed.GetRequiredValue(BenchCommand.App), parsed.GetValue(BenchCommand.Images)), [], stop);
        return await Soak.RunAsync(service, parsed.GetValue(Runs), stop);
    }
}
