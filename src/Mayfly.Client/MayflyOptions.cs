using System.Globalization;

namespace Mayfly.Client;

/// <summary>How a client is made. Everything has a default but the key.</summary>
public sealed class MayflyOptions
{
    /// <summary><c>uc-…</c>. Default: <c>MAYFLY_API_KEY</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Where the service is. Default: <c>MAYFLY_BASE_URL</c>, else <c>http://127.0.0.1:8080</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>For one try, from connecting to the last byte of the answer. For the whole call, use a cancellation token.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries after the first.</summary>
    public int MaxRetries { get; set; } = 2;
}

/// <summary>What one call may do otherwise than its client.</summary>
public sealed record CallOptions
{
    /// <summary>For one try; null: the client's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Tries after the first; null: the client's.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Instead of a random one: calls with the same key and program run and cost once, within 24 hours.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>Options with every default filled in, checked.</summary>
internal sealed class Settings
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(int.MaxValue);

    private Settings(string? apiKey, string baseUrl, TimeSpan timeout, int maxRetries) =>
        (ApiKey, BaseUrl, Timeout, MaxRetries) = (apiKey, baseUrl, timeout, maxRetries);

    /// <summary>Null: only what needs no key is asked.</summary>
    public string? ApiKey { get; }

    /// <summary>Without a slash at its end.</summary>
    public string BaseUrl { get; }

    public TimeSpan Timeout { get; }

    public int MaxRetries { get; }

    /// <exception cref="MayflyException">An option is missing or makes no sense; it names it and the remedy.</exception>
    public static Settings Of(MayflyOptions options) => new(
        CheckedKey(options.ApiKey ?? Variable("MAYFLY_API_KEY")),
        CheckedUrl(options.BaseUrl ?? Variable("MAYFLY_BASE_URL") ?? DefaultUrl),
        Checked(options.Timeout),
        Checked(options.MaxRetries));

    /// <summary>Of a client that was told where to ask, and may have no key.</summary>
    /// <exception cref="MayflyException">The URL or the key makes no sense.</exception>
    public static Settings At(string baseUrl, string? apiKey) =>
        new(apiKey is null ? null : CheckedKey(apiKey), CheckedUrl(baseUrl), new MayflyOptions().Timeout, new MayflyOptions().MaxRetries);

    public static TimeSpan Checked(TimeSpan timeout) => timeout > TimeSpan.Zero && timeout <= LongestTimeout
        ? timeout
        : throw new MayflyException(string.Create(CultureInfo.InvariantCulture, $"Mayfly: Timeout is {timeout}; it is above 0 and at most {LongestTimeout}."));

    public static int Checked(int maxRetries) => maxRetries >= 0
        ? maxRetries
        : throw new MayflyException(string.Create(CultureInfo.InvariantCulture, $"Mayfly: MaxRetries is {maxRetries}; it is 0 or more."));

    /// <summary>A base URL as it is used: absolute, without credentials, query, fragment, or a slash at its end.</summary>
    /// <exception cref="MayflyException">It is none.</exception>
    public static string CheckedUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new MayflyException($"Mayfly: the base URL \"{text}\" is not one of http or https.");
        if (url.UserInfo.Length > 0) throw new MayflyException("Mayfly: the base URL holds credentials; pass the key as ApiKey.");
        if (url.Query.Length > 0 || url.Fragment.Length > 0) throw new MayflyException($"Mayfly: the base URL \"{text}\" has a query or a fragment.");
        return url.AbsoluteUri.TrimEnd('/');
    }

    // No message holds the key, not even a wrong one.
    private static string CheckedKey(string? key)
    {
        if (string.IsNullOrEmpty(key)) throw new MayflyException("Mayfly: there is no API key. Set ApiKey or MAYFLY_API_KEY.");
        return key.All(letter => letter is >= '!' and <= '~')
            ? key
            : throw new MayflyException("Mayfly: the API key holds a space, a line break or another character that no key has.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
