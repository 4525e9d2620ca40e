using Dapper;
using Mayfly.Store;

namespace Mayfly.Accounts;

/// <summary>Accounts own keys, usage and idempotency keys.</summary>
internal sealed class AccountStore(Database database, TimeProvider time)
{
    /// <summary>The account of keys that name none.</summary>
    public const string Default = "default";

    private const string Columns = "id, name, created_at, closed_at, (SELECT COUNT(*) FROM api_keys WHERE account_id = accounts.id AND revoked_at IS NULL) AS keys";

    /// <summary>Makes an account; null: there is one of that name.</summary>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<Account?> CreateAsync(string name, string actor = Audit.CommandLine)
    {
        KeyTerms.CheckName(name);
        return database.WriteAsync(async (connection, transaction) =>
        {
            var now = Now;
            var made = await connection.QuerySingleOrDefaultAsync<Account>(
                $"INSERT INTO accounts (name, created_at) VALUES (@name, @now) ON CONFLICT (name) DO NOTHING RETURNING {Columns}", new { name, now }, transaction);
            if (made is not null) await Audit.AddAsync(connection, transaction, now, actor, "account created", $"account {made.Id}", name);
            return made;
        });
    }

    /// <summary>Accounts after the one of that number, oldest first.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<IReadOnlyList<Account>> ListAsync(long after = 0, int limit = int.MaxValue) => database.ReadAsync<IReadOnlyList<Account>>(async connection =>
        (await connection.QueryAsync<Account>($"SELECT {Columns} FROM accounts WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit })).AsList());

    /// <summary>The account of that name; null: there is none.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<Account?> GetAsync(string name) => database.ReadAsync(connection =>
        connection.QuerySingleOrDefaultAsync<Account>($"SELECT {Columns} FROM accounts WHERE name = @name", new { name }));

    /// <summary>
    /// Closes an account for good: its keys are revoked, the answers that were kept for it are deleted, and all names in it are
    /// replaced by numbers. What it was charged stays until its time is over. False: there is none of that name.
    /// </summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> CloseAsync(string name, string actor = Audit.CommandLine) => database.WriteAsync(async (connection, transaction) =>
    {
        var now = Now;
        var id = await connection.QuerySingleOrDefaultAsync<long?>("SELECT id FROM accounts WHERE name = @name AND closed_at IS NULL", new { name }, transaction);
        if (id is null) return false;
        await connection.ExecuteAsync(
            """
            UPDATE api_keys SET revoked_at = COALESCE(revoked_at, @now), name = 'key ' || id WHERE account_id = @id;
            DELETE FROM idempotency WHERE account_id = @id AND answer IS NOT NULL;
            UPDATE accounts SET closed_at = @now, name = 'closed ' || id WHERE id = @id
            """,
            new { id, now },
            transaction);
        await Audit.AddAsync(connection, transaction, now, actor, "account closed", $"account {id}");
        return true;
    });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>An account.</summary>
internal sealed class Account
{
    public long Id { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null: it is open.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>Keys that were not revoked.</summary>
    public long Keys { get; init; }
}
