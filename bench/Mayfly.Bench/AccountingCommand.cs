using System.CommandLine;
using Mayfly.Bench.Money;

namespace Mayfly.Bench;

/// <summary><c>./mayfly bench accounting</c>.</summary>
internal static class AccountingCommand
{
    private static readonly Option<int> Rounds = new("--rounds") { HelpName = "N", Description = "Rounds there and back.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("accounting", "What it costs that charges are kept: on disk by SQLite and in a local PostgreSQL, beside a ledger in memory.") { Rounds, BenchCommand.App, BenchCommand.Images };
        command.SetAction((parsed, stop) => BenchCommand.MeasureAsync(parsed, program => Accounting.RunAsync(program, parsed.GetValue(Rounds), stop)));
        return command;
    }
}
