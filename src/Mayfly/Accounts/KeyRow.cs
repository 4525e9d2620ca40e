namespace Mayfly.Accounts;

/// <summary>A key as its row has it, in the types that both engines have.</summary>
internal sealed class KeyRow
{
    /// <summary>What to select or return for it.</summary>
    public const string Columns =
        """
        api_keys.id, api_keys.account_id, (SELECT accounts.name FROM accounts WHERE accounts.id = api_keys.account_id) AS account, api_keys.name, api_keys.hash, api_keys.last_four,
        api_keys.scopes, api_keys.created_at, api_keys.expires_at, api_keys.revoked_at, api_keys.last_used_at, api_keys.rate_per_minute, api_keys.concurrency, api_keys.budget_micro_usd, api_keys.spent_micro_usd
        """;

    public long Id { get; init; }

    public long AccountId { get; init; }

    public string Account { get; init; } = "";

    public string Name { get; init; } = "";

    public byte[] Hash { get; init; } = [];

    public string LastFour { get; init; } = "";

    public string Scopes { get; init; } = "";

    public long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }

    public long? RevokedAt { get; init; }

    public long? LastUsedAt { get; init; }

    public long? RatePerMinute { get; init; }

    public long? Concurrency { get; init; }

    public long? BudgetMicroUsd { get; init; }

    public long SpentMicroUsd { get; init; }

    public ApiKey ToKey() => new()
    {
        Id = Id,
        AccountId = AccountId,
        Account = Account,
        Name = Name,
        LastFour = LastFour,
        Scopes = ScopeNames.Read(Scopes),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
        ExpiresAt = Instant(ExpiresAt),
        RevokedAt = Instant(RevokedAt),
        LastUsedAt = Instant(LastUsedAt),
        RatePerMinute = (int?)RatePerMinute,
        Concurrency = (int?)Concurrency,
        BudgetMicroUsd = BudgetMicroUsd,
        SpentMicroUsd = SpentMicroUsd,
    };

    private static DateTimeOffset? Instant(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
