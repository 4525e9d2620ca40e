using System.CommandLine;
using Mayfly.Bench.Launchers;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench launchers</c>.</summary>
internal static class LaunchersCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { HelpName = "N", Description = "Rounds there and back.", DefaultValueFactory = _ => 15 };

    public static Command Create()
    {
        var command = new Command("launchers", "The same programs on each kind of cell, in turns: start, answers, memory, executions a second.") { Rounds, BenchCommand.App, BenchCommand.Images };
        command.SetAction((parsed, stop) => BenchCommand.MeasureAsync(parsed, program => LauncherComparison.RunAsync(program, parsed.GetValue(Rounds), stop)));
        return command;
    }
}
