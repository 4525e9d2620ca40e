using System.ComponentModel.DataAnnotations;
using Dapper;
using Mayfly.Accounts;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>How long single charges are kept.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Days that single charges are kept; afterwards only their sums by key, day, language and outcome are. 0: for ever.</summary>
    [Range(0, 36_500)]
    public int ChargeDays { get; set; }
}

/// <summary>Replaces old charges by their sums: what an account was charged stays the same, single executions are forgotten.</summary>
internal sealed class Retention(Database database, TimeProvider time)
{
    // So few that requests between two pieces wait for milliseconds.
    private const int PieceRows = 2_000;

    /// <summary>Keeps what the setting says.</summary>
    /// <exception cref="DatabaseException">The database is away; the next call goes on.</exception>
    public async Task KeepAsync(RetentionOptions options)
    {
        if (options.ChargeDays > 0) await PruneAsync(time.GetUtcNow().AddDays(-options.ChargeDays), actor: null);
    }

    /// <summary>Forgets single charges from before an instant.</summary>
    /// <param name="before">That instant.</param>
    /// <param name="actor">Who wants it, for the audit log; null: the setting does.</param>
    /// <returns>How many.</returns>
    /// <exception cref="DatabaseException">The database is away; what was done stays done.</exception>
    public async Task<long> PruneAsync(DateTimeOffset before, string? actor)
    {
        var (end, all) = (before.ToUnixTimeMilliseconds(), 0L);

        // Account by account, as charges are found by: an index by time alone would be one more page of every charge's commit.
        foreach (var account in await database.ReadAsync(connection => connection.QueryAsync<long>("SELECT id FROM accounts ORDER BY id")))
        {
            while (await PrunePieceAsync(account, end) is var piece and > 0) all += piece;
        }

        if (actor is not null)
        {
            await database.WriteAsync(async (connection, transaction) =>
            {
                await Audit.AddAsync(connection, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), actor, "charges pruned", $"before {before:O}", $"{all} rows");
                return true;
            });
        }

        return all;
    }

    // Deleted and added up in this order: of two gateways that do this at once, each adds up only what it has deleted.
    private Task<int> PrunePieceAsync(long account, long end) => database.WriteAsync(async (connection, transaction) =>
    {
        var rows = (await connection.QueryAsync<Old>(
            """
            DELETE FROM charges WHERE execution_id IN (SELECT execution_id FROM charges WHERE account_id = @account AND charged_at < @end ORDER BY charged_at LIMIT @PieceRows)
            RETURNING account_id, key_id, charged_at / 86400000 AS day, language, outcome, micro_usd
            """,
            new { account, end, PieceRows },
            transaction)).AsList();
        foreach (var sum in rows.GroupBy(row => (row.AccountId, row.KeyId, row.Day, row.Language, row.Outcome)).OrderBy(sum => sum.Key))
        {
            var (accountId, keyId, day, language, outcome) = sum.Key;
            await connection.ExecuteAsync(
                """
                INSERT INTO charges_by_day (account_id, key_id, day, language, outcome, executions, micro_usd) VALUES (@accountId, @keyId, @day, @language, @outcome, @executions, @microUsd)
                ON CONFLICT (account_id, key_id, day, language, outcome) DO UPDATE SET
                    executions = charges_by_day.executions + excluded.executions, micro_usd = charges_by_day.micro_usd + excluded.micro_usd
                """,
                new { accountId, keyId, day, language, outcome, executions = (long)sum.Count(), microUsd = sum.Sum(row => row.MicroUsd) },
                transaction);
        }

        return rows.Count;
    });

    private sealed class Old
    {
        public long AccountId { get; init; }

        public long KeyId { get; init; }

        public long Day { get; init; }

        public string Language { get; init; } = "";

        public string Outcome { get; init; } = "";

        public long MicroUsd { get; init; }
    }
}
