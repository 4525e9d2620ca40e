using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Accounts;
using Mayfly.Store;
using Spectre.Console;

namespace Mayfly.Cli;

/// <summary><c>mayfly keys</c>: create, list and revoke, on the database of a service that may be running.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Creates, lists and revokes API keys; the service may be running.")
    {
        CreateKey(), List(), Revoke(),
    };

    private static Command CreateKey()
    {
        var name = new Option<string>("--name") { HelpName = "N", Description = "What the key is for.", Required = true };
        var expires = new Option<int?>("--expires-days") { HelpName = "DAYS", Description = "Refused after so many days. Default: never." };
        var rate = new Option<int?>("--rate") { HelpName = "N", Description = "Executions a minute. Default: the service's." };
        var concurrency = new Option<int?>("--concurrency") { HelpName = "N", Description = "Executions at a time. Default: the service's." };
        var budget = new Option<decimal?>("--budget-usd") { HelpName = "USD", Description = "What it may spend in all. Default: no bound." };
        var json = new Option<bool>("--json") { Description = "As JSON: {\"key\": \"uc-…\", …}." };
        var command = new Command("create", "Creates a key and prints it: the only time that it is shown.") { name, expires, rate, concurrency, budget, json };
        Settings.AddTo(command);
        command.SetAction(async parsed =>
        {
            var keys = Open(Settings.Read(parsed));
            var wanted = new NewKey(parsed.GetRequiredValue(name))
            {
                ExpiresAt = parsed.GetValue(expires) is { } days ? DateTimeOffset.UtcNow.AddDays(days) : null,
                RatePerMinute = parsed.GetValue(rate),
                Concurrency = parsed.GetValue(concurrency),
                BudgetMicroUsd = parsed.GetValue(budget) is { } usd ? (long)(usd * 1_000_000m) : null,
            };
            CreatedKey created;
            try
            {
                created = await keys.CreateAsync(wanted);
            }
            catch (ArgumentException wrong)
            {
                throw new CommandFailure(wrong.Message);
            }

            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new KeyJson(created.Secret, created.Key), KeyJsonContext.Default.KeyJson)
                : created.Secret);
            return 0;
        });
        return command;
    }

    private static Command List()
    {
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("list", "Lists every key, revoked ones too, without its secret.") { json };
        Settings.AddTo(command);
        command.SetAction(async parsed =>
        {
            var all = await Open(Settings.Read(parsed)).ListAsync();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize([.. all.Select(key => new KeyJson(null, key))], KeyJsonContext.Default.KeyJsonArray));
                return 0;
            }

            var table = new Table().NoBorder().AddColumns("id", "name", "key", "created", "state", "spent USD");
            foreach (var key in all)
            {
                table.AddRow(
                    key.Id.ToString(CultureInfo.InvariantCulture),
                    key.Name.EscapeMarkup(),
                    $"uc-…{key.LastFour}",
                    key.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    State(key),
                    (key.SpentMicroUsd / 1_000_000m).ToString("0.000", CultureInfo.InvariantCulture));
            }

            AnsiConsole.Write(table);
            return 0;
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<long>("id") { Description = "As `keys list` shows it." };
        var command = new Command("revoke", "Revokes a key for good; a running service refuses it within 5 seconds.") { id };
        Settings.AddTo(command);
        command.SetAction(async parsed =>
        {
            var number = parsed.GetRequiredValue(id);
            return await Open(Settings.Read(parsed)).RevokeAsync(number)
                ? 0
                : throw new CommandFailure($"there is no key {number}; `mayfly keys list` shows them");
        });
        return command;
    }

    private static string State(ApiKey key) =>
        key.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}"
        : key.ExpiresAt is { } end ? (end <= DateTimeOffset.UtcNow ? "expired" : $"until {end:yyyy-MM-dd}")
        : "valid";

    /// <summary>The key store of the installation, as the user who owns it.</summary>
    internal static KeyStore Open(IConfiguration settings)
    {
        var installation = Installation.From(settings);
        if (SystemCalls.IsRoot)
        {
            installation.EnsureGatewayData();
            SystemCalls.BecomeUser(installation.User);
        }

        try
        {
            return new KeyStore(Database.Open(settings["Database"] ?? "", installation.GatewayData), TimeProvider.System);
        }
        catch (DatabaseException wrong)
        {
            throw new CommandFailure(wrong.Message);
        }
    }
}

/// <summary>A key as the CLI prints it.</summary>
internal sealed record KeyJson(string? Key, long Id, string Name, string LastFour, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, int? RatePerMinute, int? Concurrency, long? BudgetMicroUsd, long SpentMicroUsd)
{
    public KeyJson(string? secret, ApiKey key)
        : this(secret, key.Id, key.Name, key.LastFour, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.RatePerMinute, key.Concurrency, key.BudgetMicroUsd, key.SpentMicroUsd)
    {
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyJson))]
[JsonSerializable(typeof(KeyJson[]))]
internal sealed partial class KeyJsonContext : JsonSerializerContext;
