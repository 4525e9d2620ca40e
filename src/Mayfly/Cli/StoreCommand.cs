using System.CommandLine;
using Mayfly.Accounts;
using Mayfly.Ledger;
using Mayfly.Store;

namespace Mayfly.Cli;

/// <summary>What commands share that work on the database of a service, which may be running.</summary>
internal static class StoreCommand
{
    /// <summary>The database of the installation, as the user who owns it.</summary>
    /// <exception cref="CommandFailure">It cannot be opened.</exception>
    public static Database Open(IConfiguration settings)
    {
        var installation = Installation.From(settings);
        if (SystemCalls.IsRoot)
        {
            installation.EnsureGatewayData();
            SystemCalls.BecomeUser(installation.User);
        }

        return Try(() => Database.Open(settings["Database"] ?? "", installation.GatewayData));
    }

    /// <summary>A command that does something with the database. What it cannot do, it says in one line.</summary>
    public static Command Create(string name, string description, IEnumerable<Symbol> parts, Func<ParseResult, Database, Task> act)
    {
        var command = new Command(name, description);
        foreach (var part in parts)
        {
            if (part is Option option) command.Options.Add(option);
            if (part is Argument argument) command.Arguments.Add(argument);
        }

        Settings.AddTo(command);
        command.SetAction(parsed => ActAsync(parsed, database => act(parsed, database)));
        return command;
    }

    /// <summary>Does something with the database.</summary>
    /// <exception cref="CommandFailure">It cannot be done.</exception>
    public static async Task<int> ActAsync(ParseResult parsed, Func<Database, Task> act)
    {
        var database = Open(Settings.Read(parsed));
        try
        {
            await act(database);
            return 0;
        }
        catch (Exception wrong) when (wrong is ArgumentException or DatabaseException)
        {
            throw new CommandFailure(wrong.Message);
        }
    }

    /// <summary>Dollars that somebody typed.</summary>
    /// <exception cref="ArgumentException">Not an amount that can be counted.</exception>
    public static long MicroUsd(decimal usd) => Money.TryFromUsd(usd) ?? throw new ArgumentException("An amount is 0 USD or more, with at most six decimals.");

    public static KeyStore Keys(Database database) => new(database, TimeProvider.System);

    private static T Try<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (DatabaseException wrong)
        {
            throw new CommandFailure(wrong.Message);
        }
    }
}
