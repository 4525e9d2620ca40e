using System.Globalization;
using System.Text;
using Mayfly.Admission;

namespace Mayfly.Api;

/// <summary>The header fields that the contract adds to HTTP's own.</summary>
internal static class RequestHeaders
{
    public const string IdempotencyKey = "Idempotency-Key";
    public const string IgnoredFields = "Mayfly-Ignored-Fields";
    public const string RateLimitState = "RateLimit";
    public const string RateLimitPolicy = "RateLimit-Policy";

    public const int MaxIdempotencyKeyLength = 255;

    // Enough to find a typo; the rest is counted.
    private const int MaxNames = 16;
    private const int MaxNameLength = 64;

    /// <summary>Whether the client sent an Idempotency-Key, usable or not.</summary>
    public static bool HasIdempotencyKey(IHeaderDictionary headers) => headers[IdempotencyKey].Count > 0;

    /// <summary>The client's Idempotency-Key, bare or quoted; null: none. The problem says why it cannot be used.</summary>
    public static (string? Key, Problem? Problem) ReadIdempotencyKey(IHeaderDictionary headers)
    {
        var values = headers[IdempotencyKey];
        if (values.Count == 0) return (null, null);

        var key = values.Count == 1 ? Unquoted(values[0]!) : null;
        return key is { Length: > 0 and <= MaxIdempotencyKeyLength } && key.All(c => c is >= ' ' and <= '~')
            ? (key, null)
            : (null, Problems.Of(ProblemCode.InvalidRequest, string.Create(CultureInfo.InvariantCulture, $"{IdempotencyKey} must be sent once, with 1 to {MaxIdempotencyKeyLength} printable ASCII characters.")));
    }

    /// <summary>Names the fields of a request that mean nothing here.</summary>
    public static void WriteIgnored(IHeaderDictionary headers, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        var listed = string.Join(", ", names.Take(MaxNames).Select(Safe));
        headers[IgnoredFields] = names.Count > MaxNames ? string.Create(CultureInfo.InvariantCulture, $"{listed}, +{names.Count - MaxNames}") : listed;
    }

    /// <summary>Says where a key or an address stands: draft-ietf-httpapi-ratelimit-headers.</summary>
    public static void WriteRateLimit(IHeaderDictionary headers, RateLimit? limit)
    {
        if (limit is null) return;
        var window = limit.Window is { } time ? string.Create(CultureInfo.InvariantCulture, $";w={time.TotalSeconds:0}") : ";qu=\"concurrent-requests\"";
        headers[RateLimitPolicy] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Policy}\";q={limit.Quota}{window}");
        headers[RateLimitState] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Policy}\";r={limit.Remaining};t={Math.Ceiling(limit.Reset.TotalSeconds):0}");
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;

    // A client's text in a header of ours: nothing that could end the line, or the list.
    private static string Safe(string name)
    {
        var safe = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (safe.Length == MaxNameLength) break;
            safe.Append(rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '-' or '.') ? (char)rune.Value : '?');
        }

        return safe.Length == 0 ? "?" : safe.ToString();
    }
}
