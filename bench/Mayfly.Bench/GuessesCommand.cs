using System.CommandLine;
using Mayfly.Bench.Money;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench guesses</c>.</summary>
internal static class GuessesCommand
{
    private static readonly Option<int> Pairs = new("--pairs") { HelpName = "N", Description = "Pairs of a near miss and a random key.", DefaultValueFactory = _ => 2000 };

    public static Command Create()
    {
        var command = new Command("guesses", "Whether the time of a refusal tells how near a guessed key is to a good one.") { Pairs, BenchCommand.App, BenchCommand.Images };
        command.SetAction((parsed, stop) => BenchCommand.MeasureAsync(parsed, program => GuessTiming.RunAsync(program, parsed.GetValue(Pairs), stop)));
        return command;
    }
}
