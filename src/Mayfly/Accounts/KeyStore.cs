using Dapper;
using Mayfly.Store;

namespace Mayfly.Accounts;

/// <summary>The keys in the database. Gateways and CLI use it side by side.</summary>
internal sealed class KeyStore(Database database, TimeProvider time)
{
    /// <summary>The account of keys that name none.</summary>
    public const string DefaultAccount = "default";

    public const int MaxNameLength = 100;

    private const string Columns =
        "id, account_id, name, last_four, created_at, expires_at, revoked_at, rate_per_minute, concurrency, budget_micro_usd, spent_micro_usd";

    /// <summary>Makes a key. The secret in the answer is the only copy there will ever be.</summary>
    /// <exception cref="ArgumentException">The name is empty or too long, or a number is negative.</exception>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<CreatedKey> CreateAsync(NewKey wanted)
    {
        wanted.Check();
        var secret = KeyFormat.Create();
        var row = await database.WriteAsync((connection, transaction) => connection.QuerySingleAsync<KeyRow>(
            $"""
            INSERT INTO api_keys (account_id, hash, last_four, name, created_at, expires_at, rate_per_minute, concurrency, budget_micro_usd)
            SELECT id, @hash, @lastFour, @name, @now, @expiresAt, @ratePerMinute, @concurrency, @budget FROM accounts WHERE name = @account
            RETURNING {Columns}
            """,
            new
            {
                hash = KeyFormat.Hash(secret),
                lastFour = secret[^4..],
                name = wanted.Name,
                now = Now,
                expiresAt = wanted.ExpiresAt?.ToUnixTimeMilliseconds(),
                ratePerMinute = wanted.RatePerMinute,
                concurrency = wanted.Concurrency,
                budget = wanted.BudgetMicroUsd,
                account = DefaultAccount,
            },
            transaction));
        return new CreatedKey(secret, row.ToKey());
    }

    /// <summary>Every key, revoked ones too, oldest first.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<IReadOnlyList<ApiKey>> ListAsync()
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<KeyRow>($"SELECT {Columns} FROM api_keys ORDER BY id"));
        return [.. rows.Select(row => row.ToKey())];
    }

    /// <summary>Revokes a key for good. False: there is none of that id.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<bool> RevokeAsync(long id) =>
        await database.WriteAsync((connection, transaction) => connection.ExecuteAsync(
            "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, @now) WHERE id = @id", new { id, now = Now }, transaction)) == 1;

    /// <summary>The key of which <paramref name="hash"/> is the hash, usable or not; null: nobody has such a key.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<ApiKey?> FindAsync(byte[] hash)
    {
        var row = await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<KeyRow>(
            $"SELECT {Columns} FROM api_keys WHERE hash = @hash", new { hash }));
        return row?.ToKey();
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class KeyRow
    {
        public long Id { get; init; }
        public long AccountId { get; init; }
        public string Name { get; init; } = "";
        public string LastFour { get; init; } = "";
        public long CreatedAt { get; init; }
        public long? ExpiresAt { get; init; }
        public long? RevokedAt { get; init; }
        public long? RatePerMinute { get; init; }
        public long? Concurrency { get; init; }
        public long? BudgetMicroUsd { get; init; }
        public long SpentMicroUsd { get; init; }

        public ApiKey ToKey() => new()
        {
            Id = Id,
            AccountId = AccountId,
            Name = Name,
            LastFour = LastFour,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt),
            ExpiresAt = Instant(ExpiresAt),
            RevokedAt = Instant(RevokedAt),
            RatePerMinute = (int?)RatePerMinute,
            Concurrency = (int?)Concurrency,
            BudgetMicroUsd = BudgetMicroUsd,
            SpentMicroUsd = SpentMicroUsd,
        };

        private static DateTimeOffset? Instant(long? milliseconds) =>
            milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}

/// <summary>What a new key shall be.</summary>
internal sealed record NewKey(string Name)
{
    /// <inheritdoc cref="ApiKey.ExpiresAt"/>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <inheritdoc cref="ApiKey.RatePerMinute"/>
    public int? RatePerMinute { get; init; }

    /// <inheritdoc cref="ApiKey.Concurrency"/>
    public int? Concurrency { get; init; }

    /// <inheritdoc cref="ApiKey.BudgetMicroUsd"/>
    public long? BudgetMicroUsd { get; init; }

    internal void Check()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > KeyStore.MaxNameLength || Name.Any(char.IsControl))
        {
            throw new ArgumentException($"The name of a key is 1 to {KeyStore.MaxNameLength} printable characters.", nameof(Name));
        }

        if (RatePerMinute < 1 || Concurrency < 1 || BudgetMicroUsd < 0)
        {
            throw new ArgumentException("Rate and concurrency of a key are 1 or more, its budget 0 or more.", nameof(Name));
        }
    }
}

/// <summary>A key that was just made.</summary>
/// <param name="Secret">What its holder sends; shown once.</param>
/// <param name="Key">What is kept of it.</param>
internal sealed record CreatedKey(string Secret, ApiKey Key);
