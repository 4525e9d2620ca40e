using System.CommandLine;
using System.Globalization;
using Mayfly.Api;
using Spectre.Console;

namespace Mayfly.Cli.Remote;

/// <summary><c>mayfly usage</c>: what the key's account was charged.</summary>
internal static class UsageCommand
{
    private static readonly Option<string?> From = new("--from") { HelpName = "DAY", Description = "The first day, such as 2027-01-31." };
    private static readonly Option<string?> To = new("--to") { HelpName = "DAY", Description = "The last day." };
    private static readonly Option<bool> Json = new("--json") { Description = "The server's answer, as JSON." };
    private static readonly Option<bool> Csv = new("--csv") { Description = "Sums by day, key, language and outcome, as CSV." };

    public static Command Create() => RemoteCommand.Create("usage", "Shows what the key's account was charged.", [From, To, Json, Csv], async (parsed, stop) =>
    {
        using var server = Server.Open(parsed);
        var days = string.Join('&', new[] { Part("from", parsed.GetValue(From)), Part("to", parsed.GetValue(To)) }.OfType<string>());
        if (parsed.GetValue(Csv)) await WriteCsvAsync(server, days, stop);
        else if (parsed.GetValue(Json)) Console.WriteLine((await server.GetAsync($"/v1/usage?{days}", "application/json", null, stop)).Body);
        else Print(await server.GetAsync($"/v1/usage?{days}", ApiJson.Readable.UsageAnswer, stop));
        return 0;
    });

    private static async Task WriteCsvAsync(Server server, string days, CancellationToken stop)
    {
        for (string? cursor = null; ;)
        {
            var page = await server.GetAsync($"/v1/usage/rows?format=csv&limit={Page.MaxLimit}&{days}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", "text/csv", null, stop);

            // One file, one line of names.
            Console.Write(cursor is null ? page.Body : page.Body[(page.Body.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            cursor = page.Headers.TryGetValues(UsageFilter.NextHeader, out var next) ? next.First() : null;
            if (cursor is null) return;
        }
    }

    private static void Print(UsageAnswer usage)
    {
        var table = new Table().NoBorder().AddColumns(new TableColumn("by"), new TableColumn(""), new TableColumn("executions").RightAligned(), new TableColumn("USD").RightAligned());
        foreach (var (by, parts, name) in ((string, UsagePart[], Func<UsagePart, string?>)[])
        [
            ("day", usage.ByDay, part => part.Day),
            ("key", usage.ByKey, part => $"{part.Name} (uc-…{part.LastFour})"),
            ("language", usage.ByLanguage, part => part.Language),
            ("outcome", usage.ByOutcome, part => part.Outcome),
        ])
        {
            foreach (var part in parts) Add(table, by, name(part) ?? "", part.Executions, part.Cost);
        }

        Add(table, "all", "", usage.Executions, usage.Cost);
        Terminal.Write(table);
    }

    private static void Add(Table table, string by, string name, long executions, decimal usd) =>
        table.AddRow(by, name.EscapeMarkup(), executions.ToString(CultureInfo.InvariantCulture), usd.ToString("0.000###", CultureInfo.InvariantCulture));

    private static string? Part(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";
}
