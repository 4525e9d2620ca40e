using Mayfly.Accounts;
using Mayfly.Api;
using Mayfly.Store;

namespace Mayfly.Cli.Keys;

/// <summary>Keys in the database here.</summary>
internal sealed class StoredKeys(Database database) : IKeyBook
{
    private readonly KeyStore _keys = StoreCommand.Keys(database);

    public async Task<KeyAnswer> CreateAsync(KeyChange terms, string account)
    {
        var (secret, key) = await _keys.CreateAsync(Apply(new KeyTerms(""), terms), account);
        return KeyAnswer.Of(key, secret);
    }

    public async Task<IReadOnlyList<KeyAnswer>> ListAsync(string? account) => [.. (await _keys.ListAsync(account)).Select(key => KeyAnswer.Of(key))];

    public async Task<KeyAnswer?> ChangeAsync(long id, KeyChange change) => await _keys.ChangeAsync(id, old => Apply(old, change)) is { } key ? KeyAnswer.Of(key) : null;

    public Task<bool> RevokeAsync(long id) => _keys.RevokeAsync(id);

    private static KeyTerms Apply(KeyTerms terms, KeyChange change) => terms with
    {
        Name = change.Name ?? terms.Name,
        Scopes = change.Scopes is { } words ? ScopeNames.Parse(words) : terms.Scopes,
        ExpiresAt = change.ExpiresAt ?? terms.ExpiresAt,
        RatePerMinute = change.RatePerMinute ?? terms.RatePerMinute,
        Concurrency = change.Concurrency ?? terms.Concurrency,
        BudgetMicroUsd = change.BudgetUsd is { } usd ? StoreCommand.MicroUsd(usd) : terms.BudgetMicroUsd,
    };
}
