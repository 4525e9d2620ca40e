using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Mayfly.Store;

namespace Mayfly.Accounts;

/// <summary>The keys in the database. Gateways and CLI use it side by side; every act of administration is audited.</summary>
internal sealed class KeyStore(Database database, TimeProvider time)
{
    /// <summary>Makes a key. The secret in the answer is the only copy there will ever be.</summary>
    /// <param name="terms">What it may do.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="actor">Who makes it.</param>
    /// <exception cref="ArgumentException">The terms make no sense, or there is no such account.</exception>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<CreatedKey> CreateAsync(KeyTerms terms, string account = AccountStore.Default, string actor = Audit.CommandLine)
    {
        terms.Check();
        var secret = KeyFormat.Create();
        var row = await database.WriteAsync((connection, transaction) => InsertAsync(connection, transaction, secret, terms, account, actor));
        return row is null ? throw new ArgumentException($"There is no open account \"{account}\".") : new CreatedKey(secret, row.ToKey());
    }

    /// <summary>Makes the first key of an empty database out of a secret that its operator has chosen. False: there are keys already.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> BootstrapAsync(string secret) => database.WriteAsync(async (connection, transaction) =>
        await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM api_keys", transaction: transaction) == 0
        && await InsertAsync(connection, transaction, secret, new KeyTerms("bootstrap") { Scopes = ScopeNames.All }, AccountStore.Default, "bootstrap") is not null);

    /// <summary>Keys after the one of that number, revoked ones too, oldest first.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(string? account = null, long after = 0, int limit = int.MaxValue)
    {
        var rows = await database.ReadAsync(connection => connection.QueryAsync<KeyRow>(
            $"""
            SELECT {KeyRow.Columns} FROM api_keys
            WHERE id > @after AND (CAST(@account AS TEXT) IS NULL OR account_id = (SELECT id FROM accounts WHERE name = @account))
            ORDER BY id LIMIT @limit
            """,
            new { account, after, limit }));
        return [.. rows.Select(row => row.ToKey())];
    }

    /// <summary>The key of that number; null: there is none.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<ApiKey?> GetAsync(long id) =>
        (await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<KeyRow>($"SELECT {KeyRow.Columns} FROM api_keys WHERE id = @id", new { id })))?.ToKey();

    /// <summary>Changes a key's terms; gateways know within 5 seconds. Null: there is none of that number.</summary>
    /// <exception cref="ArgumentException">The terms make no sense.</exception>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<ApiKey?> ChangeAsync(long id, Func<KeyTerms, KeyTerms> change, string actor = Audit.CommandLine) => database.WriteAsync(async (connection, transaction) =>
    {
        // Parallel changes take turns, or one of them would be lost.
        await connection.ExecuteAsync("UPDATE api_keys SET name = name WHERE id = @id", new { id }, transaction);
        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>($"SELECT {KeyRow.Columns} FROM api_keys WHERE id = @id", new { id }, transaction);
        if (row is null) return null;
        var terms = change(KeyTerms.Of(row.ToKey()));
        terms.Check();
        var changed = await connection.QuerySingleAsync<KeyRow>(
            $"""
            UPDATE api_keys SET name = @name, scopes = @scopes, expires_at = @expiresAt, rate_per_minute = @rate, concurrency = @concurrency, budget_micro_usd = @budget
            WHERE id = @id RETURNING {KeyRow.Columns}
            """,
            new
            {
                id,
                name = terms.Name,
                scopes = string.Join(' ', ScopeNames.Of(terms.Scopes)),
                expiresAt = terms.ExpiresAt?.ToUnixTimeMilliseconds(),
                rate = (long?)terms.RatePerMinute,
                concurrency = (long?)terms.Concurrency,
                budget = terms.BudgetMicroUsd,
            },
            transaction);
        await Audit.AddAsync(connection, transaction, Now, actor, "key changed", $"key {id}", terms.ToString());
        return changed.ToKey();
    });

    /// <summary>Revokes a key for good. False: there is none of that number.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> RevokeAsync(long id, string actor = Audit.CommandLine) => database.WriteAsync(async (connection, transaction) =>
    {
        var now = Now;
        if (await connection.ExecuteAsync("UPDATE api_keys SET revoked_at = COALESCE(revoked_at, @now) WHERE id = @id", new { id, now }, transaction) == 0) return false;
        await Audit.AddAsync(connection, transaction, now, actor, "key revoked", $"key {id}");
        return true;
    });

    /// <summary>The key of which <paramref name="hash"/> is the hash, usable or not; null: nobody has such a key.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<ApiKey?> FindAsync(byte[] hash)
    {
        var row = await database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<KeyRow>(
            $"SELECT {KeyRow.Columns} FROM api_keys WHERE hash = @hash", new { hash }));

        // The engine's index compares in its own way; it compares hashes, whose bytes nobody can choose. What decides is
        // this comparison, which takes the same time for all.
        return row is not null && CryptographicOperations.FixedTimeEquals(row.Hash, hash) ? row.ToKey() : null;
    }

    /// <summary>Notes when keys were used last.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> NoteUsesAsync(IReadOnlyDictionary<long, long> uses) => database.WriteAsync(async (connection, transaction) =>
    {
        // In the order in which everybody locks keys.
        foreach (var (id, at) in uses.OrderBy(use => use.Key))
        {
            await connection.ExecuteAsync("UPDATE api_keys SET last_used_at = @at WHERE id = @id AND COALESCE(last_used_at, 0) < @at", new { id, at }, transaction);
        }

        return true;
    });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<KeyRow?> InsertAsync(DbConnection connection, DbTransaction transaction, string secret, KeyTerms terms, string account, string actor)
    {
        var now = Now;
        var row = await connection.QuerySingleOrDefaultAsync<KeyRow>(
            $"""
            INSERT INTO api_keys (account_id, hash, last_four, name, scopes, created_at, expires_at, rate_per_minute, concurrency, budget_micro_usd)
            SELECT id, @hash, @lastFour, @name, @scopes, @now, @expiresAt, @rate, @concurrency, @budget FROM accounts WHERE name = @account AND closed_at IS NULL
            ON CONFLICT (hash) DO NOTHING
            RETURNING {KeyRow.Columns}
            """,
            new
            {
                hash = KeyFormat.Hash(secret),
                lastFour = secret[^4..],
                name = terms.Name,
                scopes = string.Join(' ', ScopeNames.Of(terms.Scopes)),
                now,
                expiresAt = terms.ExpiresAt?.ToUnixTimeMilliseconds(),
                rate = (long?)terms.RatePerMinute,
                concurrency = (long?)terms.Concurrency,
                budget = terms.BudgetMicroUsd,
                account,
            },
            transaction);
        if (row is not null) await Audit.AddAsync(connection, transaction, now, actor, "key created", $"key {row.Id}", $"account {account}, {terms}");
        return row;
    }
}

/// <summary>A key that was just made.</summary>
/// <param name="Secret">What its holder sends; shown once.</param>
/// <param name="Key">What is kept of it.</param>
internal sealed record CreatedKey(string Secret, ApiKey Key);
