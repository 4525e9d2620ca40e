using System.CommandLine;
using Mayfly.Bench.Money;
using Mayfly.Bench.Running;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench guesses</c>.</summary>
internal static class GuessesCommand
{
    private static readonly Option<int> Pairs = new("--pairs") { HelpName = "N", Description = "Pairs of a near miss and a random key.", DefaultValueFactory = _ => 2000 };

    public static Command Create()
    {
        var command = new Command("guesses", "Whether the time of a refusal tells how near a guessed key is to a good one.") { Pairs, BenchCommand.App, BenchCommand.Images };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return await BenchCommand.NeedsRootAsync();
        }

        try
        {
            return await GuessTiming.RunAsync(new MayflyProgram(parsed.GetRequiredValue(BenchCommand.App), parsed.GetValue(BenchCommand.Images)), parsed.GetValue(Pairs), stop);
        }
        catch (ServiceException failure)
        {
            await Console.Error.WriteLineAsync($"mayfly bench guesses: {failure.Message}");
            return 1;
        }
    }
}
