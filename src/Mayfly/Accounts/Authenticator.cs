using System.Collections.Concurrent;
using Mayfly.Store;
using Microsoft.Net.Http.Headers;

namespace Mayfly.Accounts;

/// <summary>Authenticate: whose request is this?</summary>
/// <remarks>
/// A key comes in a header, never in a URL, where logs and histories would keep it. A bad one is told apart from no other:
/// missing, malformed, unknown, expired and revoked look the same from outside.
/// </remarks>
internal sealed class Authenticator(KeyStore keys, TimeProvider time)
{
    public const string KeyHeader = "X-API-Key";

    // How long a revoked key may still work, and the most keys remembered (some 500 bytes each).
    public static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(5);
    private const int MaxCached = 10_000;

    // Refreshed a little early, so that the promise holds with the time that the look itself takes.
    private static readonly TimeSpan Fresh = CacheTime - TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Cached> _cache = new(StringComparer.Ordinal);
    private ConcurrentDictionary<long, long> _uses = new();

    /// <summary>The key that a request carries; null: none, or no good one.</summary>
    /// <exception cref="DatabaseException">A key could not be looked up.</exception>
    public async Task<ApiKey?> AuthenticateAsync(IHeaderDictionary headers)
    {
        var now = time.GetUtcNow();
        if (KeyText(headers) is not { } text || !KeyFormat.IsWellFormed(text) || await FindAsync(text) is not { } key || !key.IsUsable(now)) return null;
        _uses[key.Id] = now.ToUnixTimeMilliseconds();
        return key;
    }

    /// <summary>When keys were used since the last call. Kept here meanwhile, so that a use costs no write of its own.</summary>
    public IReadOnlyDictionary<long, long> TakeUses() => Interlocked.Exchange(ref _uses, new ConcurrentDictionary<long, long>());

    // One key in one header. Two, even equal ones, are a mistake of somebody who should hear of it.
    private static string? KeyText(IHeaderDictionary headers)
    {
        var authorization = headers[HeaderNames.Authorization];
        var own = headers[KeyHeader];
        return (authorization.Count, own.Count) switch
        {
            (1, 0) => Bearer(authorization[0]),
            (0, 1) => own[0]?.Trim(' '),
            _ => null,
        };
    }

    private static string? Bearer(string? credentials)
    {
        const string Scheme = "Bearer ";
        return credentials is not null && credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? credentials[Scheme.Length..].Trim(' ') : null;
    }

    private async Task<ApiKey?> FindAsync(string text)
    {
        var hash = KeyFormat.Hash(text);
        var name = Convert.ToHexString(hash);
        if (_cache.TryGetValue(name, out var cached) && time.GetElapsedTime(cached.At) < Fresh) return cached.Key;

        // Before the look: what is read afterwards is at least this fresh.
        var at = time.GetTimestamp();
        var key = await keys.FindAsync(hash);
        if (key is null)
        {
            _cache.TryRemove(name, out _);
        }
        else
        {
            if (_cache.Count >= MaxCached) _cache.Clear();
            _cache[name] = new Cached(key, at);
        }

        return key;
    }

    private sealed record Cached(ApiKey Key, long At);
}
