using Dapper;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>What accounts were charged, added up from single charges and from the sums of those that were forgotten.</summary>
internal sealed class UsageReport(Database database)
{
    /// <summary>Sums by day, key, language and outcome, in that order.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<IReadOnlyList<UsageRow>> RowsAsync(UsageQuery query) => database.ReadAsync<IReadOnlyList<UsageRow>>(async connection =>
    {
        var rows = await connection.QueryAsync<UsageRow>(
            $"""
            SELECT part.key_id, k.name AS key_name, k.last_four, part.day, part.language, part.outcome,
                   CAST(SUM(part.executions) AS BIGINT) AS executions, CAST(SUM(part.micro_usd) AS BIGINT) AS micro_usd
            FROM (
                SELECT key_id, charged_at / 86400000 AS day, language, outcome, 1 AS executions, micro_usd FROM charges
                WHERE account_id = @AccountId AND charged_at >= @FromDay * 86400000 AND charged_at < @EndDay * 86400000
                UNION ALL
                SELECT key_id, day, language, outcome, executions, micro_usd FROM charges_by_day
                WHERE account_id = @AccountId AND day >= @FromDay AND day < @EndDay
            ) AS part JOIN api_keys k ON k.id = part.key_id
            WHERE 1 = 1{query.Conditions}
            GROUP BY part.day, part.key_id, k.name, k.last_four, part.language, part.outcome
            ORDER BY part.day, part.key_id, part.language, part.outcome
            LIMIT @Limit
            """,
            query);
        return rows.AsList();
    });
}

/// <summary>Whose usage, and which part of it.</summary>
internal sealed record UsageQuery(long AccountId)
{
    // Beyond any calendar, and small enough that its milliseconds are 64 bits.
    private const long Never = 10_000_000;

    /// <summary>The first day, since 1970-01-01, UTC.</summary>
    public long FromDay { get; init; }

    /// <summary>The day after the last one.</summary>
    public long EndDay { get; init; } = Never;

    /// <summary>Of this key only; null: of all.</summary>
    public long? KeyId { get; init; }

    public string? Language { get; init; }

    public string? Outcome { get; init; }

    /// <summary>After this row; null: from the first.</summary>
    public UsageRow? After { get; init; }

    public long Limit { get; init; } = long.MaxValue;

    // For the statement.
    public long AfterDay => After?.Day ?? 0;

    public long AfterKeyId => After?.KeyId ?? 0;

    public string AfterLanguage => After?.Language ?? "";

    public string AfterOutcome => After?.Outcome ?? "";

    internal string Conditions =>
        (KeyId is null ? "" : " AND part.key_id = @KeyId")
        + (Language is null ? "" : " AND part.language = @Language")
        + (Outcome is null ? "" : " AND part.outcome = @Outcome")
        + (After is null ? "" : " AND (part.day, part.key_id, part.language, part.outcome) > (@AfterDay, @AfterKeyId, @AfterLanguage, @AfterOutcome)");
}

/// <summary>Charges of one key on one day, in one language, with one outcome.</summary>
internal sealed class UsageRow
{
    public long KeyId { get; init; }

    public string KeyName { get; init; } = "";

    public string LastFour { get; init; } = "";

    /// <summary>Days since 1970-01-01, UTC.</summary>
    public long Day { get; init; }

    public string Language { get; init; } = "";

    public string Outcome { get; init; } = "";

    public long Executions { get; init; }

    public long MicroUsd { get; init; }
}
