using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>Which part of the usage a request asks for: <c>?from=DAY&amp;to=DAY&amp;key=ID&amp;language=L&amp;outcome=O</c>.</summary>
internal static class UsageFilter
{
    /// <summary>In a CSV answer that is not the last: what to send as <c>cursor</c>.</summary>
    public const string NextHeader = "Mayfly-Next-Cursor";

    /// <exception cref="AdminInputException">Something in it is not understood.</exception>
    public static UsageQuery Read(HttpContext http, long accountId)
    {
        var query = new UsageQuery(accountId) { Language = One(http, "language"), Outcome = One(http, "outcome") };
        if (Day(http, "from") is { } from) query = query with { FromDay = from };
        if (Day(http, "to") is { } to) query = query with { EndDay = to + 1 };
        if (One(http, "key") is not { } key) return query;
        return long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? query with { KeyId = id } : throw new AdminInputException("\"key\" must be the number of a key.");
    }

    /// <summary>The row after which the page begins; null: with the first.</summary>
    /// <exception cref="AdminInputException">It is none that was given out.</exception>
    public static UsageRow? Cursor(HttpContext http)
    {
        if (One(http, "cursor") is not { } text) return null;
        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split('\n');
            if (parts.Length == 4 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var day) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var key))
            {
                return new UsageRow { Day = day, KeyId = key, Language = parts[2], Outcome = parts[3] };
            }
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new AdminInputException("\"cursor\" must be the \"next\" of an earlier answer.");
    }

    public static string CursorOf(UsageRow row) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{row.Day}\n{row.KeyId}\n{row.Language}\n{row.Outcome}")));

    /// <summary>By <c>?format=csv</c> or the header Accept.</summary>
    /// <exception cref="AdminInputException">Another format.</exception>
    public static bool WantsCsv(HttpContext http) => One(http, "format") switch
    {
        "csv" => true,
        "json" => false,
        null => http.Request.Headers.Accept.Count == 1 && http.Request.Headers.Accept[0]!.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase),
        _ => throw new AdminInputException("\"format\" must be json or csv."),
    };

    /// <summary>A day as people write it.</summary>
    public static string Date(long day) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day)).ToString("O", CultureInfo.InvariantCulture);

    private static long? Day(HttpContext http, string name) => One(http, name) switch
    {
        null => null,
        { } text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber,
        _ => throw new AdminInputException($"\"{name}\" must be a day such as 2027-01-31."),
    };

    private static string? One(HttpContext http, string name) => http.Request.Query[name] switch
    {
        [] => null,
        [{ } text] => text,
        _ => throw new AdminInputException($"\"{name}\" must be there once."),
    };
}
