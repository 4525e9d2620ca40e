using System.CommandLine;
using Mayfly.Bench.Money;
using Mayfly.Bench.Running;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench accounting</c>.</summary>
internal static class AccountingCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { HelpName = "N", Description = "Rounds there and back.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("accounting", "What it costs that charges are kept: on disk by SQLite and in a local PostgreSQL, beside a ledger in memory.") { Rounds, BenchCommand.App, BenchCommand.Images };
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
            return await Accounting.RunAsync(new MayflyProgram(parsed.GetRequiredValue(BenchCommand.App), parsed.GetValue(BenchCommand.Images)), parsed.GetValue(Rounds), stop);
        }
        catch (ServiceException failure)
        {
            await Console.Error.WriteLineAsync($"mayfly bench accounting: {failure.Message}");
            return 1;
        }
    }
}
