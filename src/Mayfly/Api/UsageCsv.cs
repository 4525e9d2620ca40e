using System.Globalization;
using System.Text;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>Usage as CSV (RFC 4180), for spreadsheets.</summary>
internal static class UsageCsv
{
    public static string Write(IEnumerable<UsageRow> rows)
    {
        var csv = new StringBuilder("day,key_id,key_name,last_four,language,outcome,executions,cost_usd\r\n");
        foreach (var row in rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{UsageFilter.Date(row.Day)},{row.KeyId},{Quoted(row.KeyName)},{row.LastFour},{row.Language},{row.Outcome},{row.Executions},{Money.ToUsd(row.MicroUsd)}\r\n");
        }

        return csv.ToString();
    }

    // A name may begin like a formula, and a spreadsheet would compute it: an apostrophe makes it a text.
    private static string Quoted(string name) =>
        $"\"{(name[0] is '=' or '+' or '-' or '@' ? "'" : "")}{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
