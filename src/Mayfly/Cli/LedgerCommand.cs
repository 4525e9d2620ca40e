using System.CommandLine;
using System.Globalization;
using Mayfly.Accounts;
using Mayfly.Api;
using Mayfly.Ledger;
using Mayfly.Store;

namespace Mayfly.Cli;

/// <summary><c>mayfly ledger</c>: prices, usage, old charges and the audit log.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "Prices, usage, old charges and the audit log; the service may be running.")
    {
        SetPrice(), Prices(), Usage(), Prune(), Acts(),
    };

    private static Command SetPrice()
    {
        var usd = new Argument<decimal>("usd") { Description = "For an execution whose user code was started." };
        var from = new Option<DateTimeOffset?>("--from") { HelpName = "INSTANT", Description = "Since when. Default: in a minute, when every gateway knows of it." };
        return StoreCommand.Create("set-price", "Sets what an execution costs from an instant on.", [usd, from], async (parsed, database) =>
            Print(await PricesOf(database).SetAsync(StoreCommand.MicroUsd(parsed.GetRequiredValue(usd)), parsed.GetValue(from))));
    }

    private static Command Prices() => StoreCommand.Create("prices", "Every price there was and will be. Before the first: the setting Price:MicroUsd.", [], async (_, database) =>
    {
        foreach (var price in await PricesOf(database).HistoryAsync()) Print(price);
    });

    private static Command Usage()
    {
        var account = new Option<string>("--account") { HelpName = "NAME", Description = "Whose. Default: the account \"default\".", DefaultValueFactory = _ => AccountStore.Default };
        return StoreCommand.Create("usage", "What an account was charged, by day, key, language and outcome, as CSV.", [account], async (parsed, database) =>
        {
            var name = parsed.GetRequiredValue(account);
            var owner = await new AccountStore(database, TimeProvider.System).GetAsync(name) ?? throw new CommandFailure($"there is no account {name}; `mayfly accounts list` shows them");
            Console.Write(UsageCsv.Write(await new UsageReport(database).RowsAsync(new UsageQuery(owner.Id))));
        });
    }

    private static Command Prune()
    {
        var days = new Option<int>("--older-than-days") { HelpName = "DAYS", Description = "Charges of the last so many days stay.", Required = true };
        return StoreCommand.Create("prune", "Forgets single charges that are old; their sums stay, so that the usage does not change.", [days], async (parsed, database) =>
        {
            var keep = parsed.GetRequiredValue(days);
            if (keep < 0) throw new ArgumentException("--older-than-days is 0 or more.");
            var rows = await new Retention(database, TimeProvider.System).PruneAsync(DateTimeOffset.UtcNow.AddDays(-keep), Audit.CommandLine);
            Console.WriteLine($"{rows} charges became sums");
        });
    }

    private static Command Acts() => StoreCommand.Create("audit", "Acts of administration, oldest first.", [], async (_, database) =>
    {
        const int AtOnce = 1_000;
        var audit = new Audit(database);
        for (var after = 0L; ;)
        {
            var acts = await audit.ListAsync(after, AtOnce);
            foreach (var act in acts) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeMilliseconds(act.At):O}  {act.Actor}  {act.Act}  {act.Subject}  {act.Detail}"));
            if (acts.Count < AtOnce) return;
            after = acts[^1].Id;
        }
    });

    private static PriceList PricesOf(Database database) => new(database, new PriceOptions(), TimeProvider.System);

    private static void Print(Price price) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{Money.ToUsd(price.MicroUsd)} USD from {DateTimeOffset.FromUnixTimeMilliseconds(price.ValidFrom):O}"));
}
