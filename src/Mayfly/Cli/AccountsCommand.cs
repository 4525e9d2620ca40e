using System.CommandLine;
using System.Globalization;
using Mayfly.Accounts;
using Spectre.Console;

namespace Mayfly.Cli;

/// <summary><c>mayfly accounts</c>: what /v1/admin/accounts does.</summary>
internal static class AccountsCommand
{
    private static readonly Argument<string> Name = new("name");

    public static Command Create() => new("accounts", "Creates, lists and closes accounts; the service may be running.")
    {
        StoreCommand.Create("create", "Creates an account; keys are made with `keys create --account`.", [Name], async (parsed, database) =>
        {
            var name = parsed.GetRequiredValue(Name);
            if (await new AccountStore(database, TimeProvider.System).CreateAsync(name) is null) throw new CommandFailure($"there is an account {name} already");
        }),
        StoreCommand.Create("list", "Lists accounts.", [], async (_, database) =>
        {
            var table = new Table().NoBorder().AddColumns("id", "name", "keys", "state");
            foreach (var account in await new AccountStore(database, TimeProvider.System).ListAsync())
            {
                table.AddRow(account.Id.ToString(CultureInfo.InvariantCulture), account.Name.EscapeMarkup(), account.Keys.ToString(CultureInfo.InvariantCulture), account.ClosedAt is null ? "open" : "closed");
            }

            Terminal.Write(table);
        }),
        StoreCommand.Create("close", "Closes an account for good: revokes its keys, deletes its kept answers, replaces names by numbers. Its charges stay.", [Name], async (parsed, database) =>
        {
            var name = parsed.GetRequiredValue(Name);
            if (!await new AccountStore(database, TimeProvider.System).CloseAsync(name)) throw new CommandFailure($"there is no open account {name}; `mayfly accounts list` shows them");
        }),
    };
}
