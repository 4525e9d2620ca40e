using System.Data.Common;
using Dapper;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>The gateways that use the database, and what becomes of what a dead one had pending.</summary>
/// <remarks>
/// What is pending is rows: a reservation of a budget, a claim of an idempotency key, each with its gateway's id. A gateway
/// is dead when its successor starts at the same place, or when it was not seen for <see cref="Patience"/>, by the
/// database's clock. Then its rows are deleted, and each execution they were for is written down as voided, once, whoever
/// finds them: it was not charged, and its charge can no longer be written, because that deletes the same row.
/// </remarks>
internal sealed class GatewayRegistry(Database database, Writer writer, string place, TimeProvider time)
{
    /// <summary>How long a gateway may be silent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>This gateway, until its process ends.</summary>
    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Gateways that were alive at the last look, this one too.</summary>
    public int Alive { get; private set; } = 1;

    /// <summary>Takes over from whoever was at this place; on an engine that is not shared, from everybody.</summary>
    /// <returns>How many executions were voided.</returns>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<int> JoinAsync() => SeeAsync(database.Engine.IsShared ? "place = @place" : "1 = 1");

    /// <summary>Says that this gateway lives, and resolves what others left who do not.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<int> BeatAsync() => SeeAsync($"seen_at < {database.Engine.Now} - @patience");

    /// <summary>Says that this gateway ends, with nothing pending.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task LeaveAsync() => writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("DELETE FROM gateways WHERE id = @Id", new { Id }, transaction));

    private Task<int> SeeAsync(string dead) => writer.InsistAsync(async (connection, transaction) =>
    {
        await connection.ExecuteAsync(
            $"""
            INSERT INTO gateways (id, place, started_at, seen_at) VALUES (@Id, @place, {database.Engine.Now}, {database.Engine.Now})
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at;
            DELETE FROM gateways WHERE id <> @Id AND ({dead})
            """,
            new { Id, place, patience = (long)Patience.TotalMilliseconds },
            transaction);
        Alive = await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM gateways", transaction: transaction);
        return await ResolveAsync(connection, transaction);
    });

    // Deletes first: of two gateways that find the same row, and of a finder and the row's own charge, one gets it.
    private async Task<int> ResolveAsync(DbConnection connection, DbTransaction transaction)
    {
        const string OfNobody = "gateway NOT IN (SELECT id FROM gateways)";
        var reserved = await connection.QueryAsync<Left>(
            $"DELETE FROM reservations WHERE {OfNobody} RETURNING execution_id, (SELECT account_id FROM api_keys WHERE id = key_id) AS account_id, micro_usd", transaction: transaction);
        var claimed = await connection.QueryAsync<Left>(
            $"DELETE FROM idempotency WHERE answer IS NULL AND {OfNobody} RETURNING execution_id, account_id, 0 AS micro_usd", transaction: transaction);
        var left = reserved.Concat(claimed).DistinctBy(one => one.ExecutionId).ToList();
        foreach (var one in left) await VoidAsync(connection, transaction, one, "its gateway died", time.GetUtcNow().ToUnixTimeMilliseconds());
        return left.Count;
    }

    internal static Task VoidAsync(DbConnection connection, DbTransaction transaction, Left one, string why, long now) => connection.ExecuteAsync(
        "INSERT INTO voided (execution_id, account_id, micro_usd, why, voided_at) VALUES (@ExecutionId, @AccountId, @MicroUsd, @why, @now) ON CONFLICT (execution_id) DO NOTHING",
        new { one.ExecutionId, one.AccountId, one.MicroUsd, why, now },
        transaction);

    /// <summary>An execution that was begun and is charged to nobody.</summary>
    internal sealed class Left
    {
        public string ExecutionId { get; init; } = "";

        public long AccountId { get; init; }

        public long MicroUsd { get; init; }
    }
}
