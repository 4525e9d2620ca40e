using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>Charge: one row for each execution, written before its answer, and what budgets have set aside.</summary>
internal sealed class ChargeLedger(Database database, Writer writer, PriceList prices, string gateway, TimeProvider time)
{
    // No execution lasts so long; a reservation that does was left behind by a failed write and counts no more.
    private const long StaleAfterMs = 3_600_000;

    // A commit whose word got lost is asked for, that often and with that pause, before its execution is given up as void.
    private const int MaxTries = 3;
    private static readonly TimeSpan TryPause = TimeSpan.FromMilliseconds(300);

    private static readonly bool[] s_both = [false, true];

    // What is left of a lost connection on the server's side has ended by then, one way or the other.
    private static readonly TimeSpan SettleAfter = TimeSpan.FromSeconds(15);

    // By what is written with the charge: its cost, the end of its reservation, its answer.
    private readonly Dictionary<(bool Costs, bool Reserved, bool Answered), ChargeStatements> _statements =
        (from costs in s_both from reserved in s_both from answered in s_both select (costs, reserved, answered)).ToDictionary(what => what, what => new ChargeStatements(what.costs, what.reserved, what.answered));

    private readonly ConcurrentQueue<(Charge Charge, long Since)> _uncertain = new();

    /// <summary>Whether a charge could be written now: after a failure it is tried out, so that no program runs in vain.</summary>
    public Task<bool> CanChargeAsync() => writer.WorksAsync();

    /// <summary>What an execution costs that is admitted now and whose user code is started.</summary>
    public long PriceMicroUsd => prices.NowMicroUsd;

    /// <summary>Sets one execution's price aside from a key's budget; null: too little is left.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<Reservation?> ReserveAsync(long keyId, string executionId, long microUsd)
    {
        var now = Now;

        // One at a time for each key: parallel requests cannot both see the last dollar.
        var reserved = await writer.WriteAsync((connection, transaction) => connection.ExecuteAsync(
            $"""
            {database.Engine.LockKey}INSERT INTO reservations (execution_id, key_id, micro_usd, gateway, created_at)
            SELECT @executionId, id, @microUsd, @gateway, @now FROM api_keys
            WHERE id = @keyId AND (budget_micro_usd IS NULL OR budget_micro_usd - spent_micro_usd - @microUsd >=
                (SELECT COALESCE(SUM(micro_usd), 0) FROM reservations WHERE key_id = @keyId AND created_at > @stale))
            """,
            new { executionId, keyId, microUsd, gateway, now, stale = now - StaleAfterMs },
            transaction), keyId);
        return reserved == 1 ? new Reservation(this, executionId) : null;
    }

    /// <summary>Writes the charge, and with it, in the same transaction, what must be true together with it.</summary>
    /// <param name="charge">The execution and its cost.</param>
    /// <param name="reservation">What was set aside for it: spent now.</param>
    /// <param name="claim">The idempotency key under which its answer is kept.</param>
    /// <param name="answer">That answer; null: nothing was claimed.</param>
    /// <exception cref="DatabaseException">Nothing was written: the execution must not be answered.</exception>
    public async Task ChargeAsync(Charge charge, Reservation? reservation, Claim claim, byte[]? answer)
    {
        var (statements, now, kept) = (_statements[(charge.MicroUsd > 0, reservation is not null, answer is not null)], Now, answer is null ? null : claim.Keep(answer));
        for (var tries = 1; ; tries++)
        {
            try
            {
                var again = tries > 1;
                await writer.InsistAsync((connection, transaction) => statements.WriteAsync(connection, transaction, charge, now, kept, again), charge.KeyId);
                break;
            }
            catch (DatabaseException lost) when (lost.IsUncertain || tries > 1)
            {
                if (tries < MaxTries)
                {
                    await Task.Delay(TryPause * tries);
                    continue;
                }

                // It may be there, and nobody will be told: that is found out when the database is back.
                _uncertain.Enqueue((charge, time.GetTimestamp()));
                throw;
            }
        }

        reservation?.Settled();
        if (answer is not null) claim.Kept(answer.Length);
    }

    /// <summary>Voids charges that may have been written although their clients were told that nothing was charged.</summary>
    /// <exception cref="DatabaseException">The database is away; the next call does it.</exception>
    public async Task SettleAsync()
    {
        while (_uncertain.TryPeek(out var one) && time.GetElapsedTime(one.Since) > SettleAfter)
        {
            await VoidAsync(one.Charge);
            _uncertain.TryDequeue(out _);
        }
    }

    internal Task<bool> VoidAsync(Charge charge) => writer.InsistAsync((connection, transaction) => VoidAsync(charge, connection, transaction), charge.KeyId);

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

    private async Task<bool> VoidAsync(Charge charge, DbConnection connection, DbTransaction transaction)
    {
        var written = await connection.ExecuteAsync("DELETE FROM charges WHERE execution_id = @ExecutionId", new { charge.ExecutionId }, transaction) == 1;
        await connection.ExecuteAsync(
            """
            UPDATE api_keys SET spent_micro_usd = spent_micro_usd - @back WHERE id = @KeyId;
            DELETE FROM reservations WHERE execution_id = @ExecutionId;
            DELETE FROM idempotency WHERE account_id = @AccountId AND execution_id = @ExecutionId
            """,
            new { charge.ExecutionId, charge.KeyId, charge.AccountId, back = written ? charge.MicroUsd : 0 },
            transaction);
        await GatewayRegistry.VoidAsync(
            connection, transaction, new() { ExecutionId = charge.ExecutionId, AccountId = charge.AccountId, MicroUsd = charge.MicroUsd }, "its charge could not be written in time", Now);
        return written;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

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
