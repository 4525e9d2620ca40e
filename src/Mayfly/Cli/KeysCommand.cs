using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mayfly.Accounts;
using Mayfly.Api;
using Mayfly.Cli.Keys;
using Mayfly.Cli.Remote;
using Mayfly.Store;
using Spectre.Console;

namespace Mayfly.Cli;

/// <summary><c>mayfly keys</c>: what /v1/admin/keys does, on the database of a service that may be running, or with <c>--url</c> by asking a server.</summary>
internal static class KeysCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "As JSON." };

    private static readonly Argument<long> Id = new("id") { Description = "As `keys list` shows it." };

    private static readonly Option<string?> Url = new("--url") { HelpName = "URL", Description = "At this server instead of in the database here; the key of `mayfly login` or MAYFLY_API_KEY needs the scope admin." };

    public static Command Create() => new("keys", "Creates, lists, changes and revokes API keys; the service may be running.")
    {
        CreateKey(), List(), Change(), Revoke(), Generate(),
    };

    private static Command CreateKey()
    {
        var name = new Option<string>("--name") { HelpName = "N", Description = "What the key is for.", Required = true };
        var account = new Option<string>("--account") { HelpName = "NAME", Description = "Whose it is. Default: the account \"default\".", DefaultValueFactory = _ => AccountStore.Default };
        var terms = new TermOptions();
        var json = new Option<bool>("--json") { Description = "As JSON: {\"key\": \"uc-…\", …}." };
        return OnKeys("create", "Creates a key and prints it: the only time that it is shown.", [name, account, .. terms.All, json], async (parsed, keys) =>
        {
            var key = await keys.CreateAsync(terms.Read(parsed) with { Name = parsed.GetRequiredValue(name) }, parsed.GetRequiredValue(account));
            Console.WriteLine(parsed.GetValue(json) ? Text(key) : key.Key);
        });
    }

    private static Command List()
    {
        var account = new Option<string?>("--account") { HelpName = "NAME", Description = "Of this account only." };
        return OnKeys("list", "Lists keys, revoked ones too, without their secrets.", [account, Json], async (parsed, keys) =>
        {
            var all = await keys.ListAsync(parsed.GetValue(account));
            if (parsed.GetValue(Json)) Console.WriteLine(JsonSerializer.Serialize(new KeysAnswer([.. all]), ApiJson.Readable.KeysAnswer));
            else Print(all);
        });
    }

    private static Command Change()
    {
        var name = new Option<string?>("--name") { HelpName = "N", Description = "Another name." };
        var terms = new TermOptions();
        return OnKeys("change", "Changes what a key may do; a running service knows within 5 seconds.", [Id, name, .. terms.All], async (parsed, keys) =>
        {
            var number = parsed.GetRequiredValue(Id);
            var changed = await keys.ChangeAsync(number, terms.Read(parsed) with { Name = parsed.GetValue(name) });
            Console.WriteLine(changed is null ? throw NoKey(number) : Text(changed));
        });
    }

    private static Command Revoke() => OnKeys("revoke", "Revokes a key for good; a running service refuses it within 5 seconds.", [Id], async (parsed, keys) =>
    {
        var number = parsed.GetRequiredValue(Id);
        if (!await keys.RevokeAsync(number)) throw NoKey(number);
    });

    private static Command Generate()
    {
        var command = new Command("generate", "Prints a key that nobody has, for MAYFLY_BOOTSTRAP_KEY. Nothing is stored.");
        command.SetAction(_ => Console.WriteLine(KeyFormat.Create()));
        return command;
    }

    // On the database here, unless a server is named: an administrator's command does not wander off by an environment variable.
    private static Command OnKeys(string name, string description, IEnumerable<Symbol> parts, Func<ParseResult, IKeyBook, Task> act)
    {
        Task Act(ParseResult parsed, Database database) => act(parsed, new StoredKeys(database));
        var command = StoreCommand.Create(name, description, [.. parts, Url], Act);
        command.SetAction((parsed, stop) => parsed.GetValue(Url) is { } url
            ? RemoteCommand.GuardAsync(() => AtServerAsync(url, keys => act(parsed, keys), stop), failure: 1, stop)
            : StoreCommand.ActAsync(parsed, database => Act(parsed, database)));
        return command;
    }

    private static async Task<int> AtServerAsync(string url, Func<ServerKeys, Task> act, CancellationToken stop)
    {
        using var server = Server.Open(url);
        await act(new ServerKeys(server, stop));
        return 0;
    }

    private static void Print(IReadOnlyList<KeyAnswer> keys)
    {
        var table = new Table().NoBorder().AddColumns("id", "account", "name", "key", "scopes", "created", "used", "state", "spent USD");
        foreach (var key in keys)
        {
            table.AddRow(
                key.Id.ToString(CultureInfo.InvariantCulture),
                key.Account.EscapeMarkup(),
                key.Name.EscapeMarkup(),
                $"uc-…{key.LastFour}",
                string.Join(' ', key.Scopes),
                key.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                key.LastUsedAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never",
                State(key),
                key.SpentUsd.ToString("0.000", CultureInfo.InvariantCulture));
        }

        Terminal.Write(table);
    }

    private static string State(KeyAnswer key) =>
        key.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}"
        : key.ExpiresAt is { } end ? (end <= DateTimeOffset.UtcNow ? "expired" : $"until {end:yyyy-MM-dd}")
        : "valid";

    private static string Text(KeyAnswer key) => JsonSerializer.Serialize(key, ApiJson.Readable.KeyAnswer);

    private static CommandFailure NoKey(long number) => new($"there is no key {number}; `mayfly keys list` shows them");

    /// <summary>The flags of a key's terms.</summary>
    private sealed class TermOptions
    {
        private readonly Option<string[]> _scopes = new("--scopes")
        {
            HelpName = "SCOPE", Description = "execute, usage, admin. Default: execute usage.", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore,
        };

        private readonly Option<int?> _expires = new("--expires-days") { HelpName = "DAYS", Description = "Refused after so many days. Default: never." };
        private readonly Option<int?> _rate = new("--rate") { HelpName = "N", Description = "Executions a minute. Default: the service's." };
        private readonly Option<int?> _concurrency = new("--concurrency") { HelpName = "N", Description = "Executions at a time. Default: the service's." };
        private readonly Option<decimal?> _budget = new("--budget-usd") { HelpName = "USD", Description = "What it may spend in all. Default: no bound." };

        public Option[] All => [_scopes, _expires, _rate, _concurrency, _budget];

        public KeyChange Read(ParseResult parsed) => new()
        {
            Scopes = parsed.GetValue(_scopes) is { Length: > 0 } words ? words : null,
            ExpiresAt = parsed.GetValue(_expires) is { } days ? DateTimeOffset.UtcNow.AddDays(days) : null,
            RatePerMinute = parsed.GetValue(_rate),
            Concurrency = parsed.GetValue(_concurrency),
            BudgetUsd = parsed.GetValue(_budget),
        };
    }
}
