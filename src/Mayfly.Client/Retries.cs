using System.Globalization;

namespace Mayfly.Client;

/// <summary>Whether and when to try again. All tries of a call carry one idempotency key, so none runs or costs twice.</summary>
internal static class Retries
{
    // It doubles with each try.
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    // A server that wants to be left alone for longer is not waited for: the caller decides.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    /// <summary>Whether another try could end otherwise.</summary>
    public static bool IsWorthRetrying(int? status) => status switch
    {
        // Nothing came back, or nothing of Mayfly's.
        null or (>= 200 and < 300) => true,

        // 408: the request came too slowly. 409: the first try is still running. 429: the answer says when.
        408 or 409 or 429 => true,

        // Any other refusal stays one; a failure of the server may pass.
        _ => status >= 500,
    };

    /// <summary>How long to wait after a try, or null when the server asks for more patience than we have.</summary>
    /// <param name="attempt">The try that failed, from 1.</param>
    /// <param name="retryAfter">What the server said.</param>
    /// <param name="random">From 0 to 1: clients that failed together do not come back together.</param>
    public static TimeSpan? WaitBefore(int attempt, TimeSpan? retryAfter, double random)
    {
        if (retryAfter > LongestRetryAfter) return null;
        var doubled = FirstWait * Math.Pow(2, Math.Min(attempt - 1, 16));
        var backoff = (doubled < LongestWait ? doubled : LongestWait) * (0.5 + (random / 2));
        return retryAfter > backoff ? retryAfter : backoff;
    }

    /// <summary><c>Retry-After</c>, a number of seconds or a date; null: absent or neither.</summary>
    public static TimeSpan? ParseRetryAfter(string? header, DateTimeOffset now)
    {
        var text = header?.Trim();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return seconds < int.MaxValue ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        if (!DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) return null;
        return date > now ? date - now : TimeSpan.Zero;
    }
}
