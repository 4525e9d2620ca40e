using Dapper;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>Charge: one row for each execution, written before its answer, and what budgets have set aside.</summary>
internal sealed class ChargeLedger(Database database, Writer writer, PriceOptions price, TimeProvider time)
{
    // No execution lasts so long; a reservation that does was left behind by a failed write and counts no more.
    private const long StaleAfterMs = 3_600_000;

    /// <summary>Whether a charge could be written now: after a failure it is tried out, so that no program runs in vain.</summary>
    public Task<bool> CanChargeAsync() => writer.WorksAsync();

    /// <summary>What an execution costs whose user code was started.</summary>
    public long PriceMicroUsd => price.MicroUsd;

    /// <summary>Removes what a gateway that died had set aside: those executions were never answered, so they cost nothing.</summary>
    public Task ForgetReservationsAsync() =>
        writer.WriteAsync((connection, transaction) => connection.ExecuteAsync("DELETE FROM reservations", transaction: transaction));

    /// <summary>Sets one execution's price aside from a key's budget; null: too little is left.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<Reservation?> ReserveAsync(long keyId, string executionId)
    {
        var now = Now;

        // One at a time for each key: parallel requests cannot both see the last dollar.
        var reserved = await writer.WriteAsync((connection, transaction) => connection.ExecuteAsync(
            $"""
            {database.Engine.LockKey}INSERT INTO reservations (execution_id, key_id, micro_usd, created_at)
            SELECT @executionId, id, @price, @now FROM api_keys
            WHERE id = @keyId AND (budget_micro_usd IS NULL OR budget_micro_usd - spent_micro_usd - @price >=
                (SELECT COALESCE(SUM(micro_usd), 0) FROM reservations WHERE key_id = @keyId AND created_at > @stale))
            """,
            new { executionId, keyId, price = PriceMicroUsd, now, stale = now - StaleAfterMs },
            transaction), keyId);
        return reserved == 1 ? new Reservation(this, executionId) : null;
    }

    /// <summary>Writes the charge, and with it, in the same transaction, what must be true together with it.</summary>
    /// <param name="charge">The execution and its cost.</param>
    /// <param name="reservation">What was set aside for it: spent now.</param>
    /// <param name="claim">The idempotency key under which its answer is kept.</param>
    /// <param name="answer">That answer; null: the claim is given up instead.</param>
    /// <exception cref="DatabaseException">Nothing was written: the execution must not be answered.</exception>
    public async Task ChargeAsync(Charge charge, Reservation? reservation, Claim claim, byte[]? answer)
    {
        var now = Now;
        await writer.InsistAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync(
                """
                INSERT INTO charges (execution_id, key_id, account_id, language, outcome, exit_code, wall_ms, cpu_ms, peak_memory_bytes, micro_usd, charged_at)
                VALUES (@ExecutionId, @KeyId, @AccountId, @Language, @Outcome, @ExitCode, @WallMs, @CpuMs, @PeakMemoryBytes, @MicroUsd, @now)
                """,
                new
                {
                    charge.ExecutionId, charge.KeyId, charge.AccountId, charge.Language, charge.Outcome, charge.ExitCode,
                    charge.WallMs, charge.CpuMs, charge.PeakMemoryBytes, charge.MicroUsd, now,
                },
                transaction);
            if (charge.MicroUsd > 0)
            {
                await connection.ExecuteAsync("UPDATE api_keys SET spent_micro_usd = spent_micro_usd + @MicroUsd WHERE id = @KeyId", new { charge.MicroUsd, charge.KeyId }, transaction);
            }

            if (reservation is not null)
            {
                await connection.ExecuteAsync("DELETE FROM reservations WHERE execution_id = @ExecutionId", new { charge.ExecutionId }, transaction);
            }

            if (answer is not null) await claim.KeepAsync(answer, connection, transaction);
            return true;
        }, charge.KeyId);
        reservation?.Settled();
        if (answer is not null) claim.Kept();
    }

    /// <summary>What an account was charged, in all and by what.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<IReadOnlyList<UsageRow>> UsageAsync(long accountId) => database.ReadAsync<IReadOnlyList<UsageRow>>(async connection =>
    {
        const long DayMs = 86_400_000;
        var rows = await connection.QueryAsync<UsageRow>(
            $"""
            SELECT c.key_id, k.name AS key_name, k.last_four, c.charged_at / {DayMs} AS day, c.language, c.outcome,
                   COUNT(*) AS executions, CAST(SUM(c.micro_usd) AS BIGINT) AS micro_usd
            FROM charges c JOIN api_keys k ON k.id = c.key_id
            WHERE c.account_id = @accountId
            GROUP BY c.key_id, k.name, k.last_four, c.charged_at / {DayMs}, c.language, c.outcome
            ORDER BY day, c.key_id, c.language, c.outcome
            """,
            new { accountId });
        return rows.AsList();
    });

    internal async Task ReleaseAsync(string executionId)
    {
        try
        {
            await writer.InsistAsync((connection, transaction) =>
                connection.ExecuteAsync("DELETE FROM reservations WHERE execution_id = @executionId", new { executionId }, transaction));
        }
        catch (DatabaseException)
        {
            // It stays for an hour, then it is stale. Saying so would not help the client, who has an answer already.
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>One execution in the ledger.</summary>
internal sealed record Charge
{
    public required string ExecutionId { get; init; }

    public required long KeyId { get; init; }

    public required long AccountId { get; init; }

    public required string Language { get; init; }

    /// <summary>The contract's word for how it ended.</summary>
    public required string Outcome { get; init; }

    public required int ExitCode { get; init; }

    public required long WallMs { get; init; }

    public required long CpuMs { get; init; }

    public required long PeakMemoryBytes { get; init; }

    public required long MicroUsd { get; init; }
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

/// <summary>A part of a budget that is set aside for one execution. Given back when disposed of unsettled.</summary>
internal sealed class Reservation(ChargeLedger ledger, string executionId) : IAsyncDisposable
{
    private bool _settled;

    internal void Settled() => _settled = true;

    public async ValueTask DisposeAsync()
    {
        if (!_settled) await ledger.ReleaseAsync(executionId);
    }
}
