using System.Security.Cryptography;
using System.Text;
using Dapper;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>Idempotency: the first answer again for a repeated request.</summary>
/// <remarks>
/// A request with an Idempotency-Key claims it by a row before it is admitted. The answer is written into that row in the
/// transaction of the charge: after a crash either both are there and a repeat is replayed, or neither is and a repeat
/// runs. A claim whose gateway died is freed by whoever notices (<see cref="GatewayRegistry"/>), and expires by itself.
/// </remarks>
internal sealed class IdempotencyStore(Writer writer, IdempotencyOptions options, TimeSpan longestExecution, string gateway, TimeProvider time)
{
    // What a row costs beside its answer: keys, hashes, index entries. Counted, so that many small answers are bounded too.
    private const int RowBytes = 256;

    private long _keptSinceTrim;

    /// <summary>Claims an account's key for one execution, or finds out who has it.</summary>
    /// <param name="accountId">Whose key it is.</param>
    /// <param name="request">What it is claimed for; null: the client sent no key, and the claim is an empty one.</param>
    /// <param name="executionId">Whose claim it will be.</param>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<Claim> ClaimAsync(long accountId, RepeatableRequest? request, string executionId)
    {
        if (request is null) return new Claim(this, 0, [], executionId) { State = ClaimState.None };

        var now = Now;
        var claim = new Claim(this, accountId, SHA256.HashData(Encoding.UTF8.GetBytes(request.Key)), executionId);
        var parameters = new
        {
            accountId, keyHash = claim.KeyHash, bodyHash = request.BodyHash, executionId, gateway, now,
            expiresAt = now + (long)(longestExecution + TimeSpan.FromMinutes(1)).TotalMilliseconds,
        };
        var held = await writer.WriteAsync(async (connection, transaction) =>
        {
            var mine = await connection.ExecuteAsync(
                """
                INSERT INTO idempotency (account_id, key_hash, body_hash, execution_id, gateway, created_at, expires_at)
                VALUES (@accountId, @keyHash, @bodyHash, @executionId, @gateway, @now, @expiresAt)
                ON CONFLICT (account_id, key_hash) DO UPDATE SET
                    body_hash = excluded.body_hash, execution_id = excluded.execution_id, gateway = excluded.gateway, answer = NULL, answer_bytes = 0,
                    created_at = excluded.created_at, expires_at = excluded.expires_at
                WHERE idempotency.expires_at <= @now
                """,
                parameters,
                transaction);
            return mine == 1 ? null : await connection.QuerySingleAsync<Row>(
                "SELECT body_hash, answer FROM idempotency WHERE account_id = @accountId AND key_hash = @keyHash", parameters, transaction);
        });

        if (held is null) claim.State = ClaimState.Claimed;
        else if (!request.BodyHash.AsSpan().SequenceEqual(held.BodyHash)) claim.State = ClaimState.OtherBody;
        else if (held.Answer is null) claim.State = ClaimState.InFlight;
        else (claim.State, claim.Answer) = (ClaimState.Answered, held.Answer);
        return claim;
    }

    /// <summary>Removes what has expired, and of accounts that keep too much the oldest.</summary>
    /// <exception cref="DatabaseException">The database is away; the next call does it.</exception>
    public async Task<int> TrimAsync()
    {
        Interlocked.Exchange(ref _keptSinceTrim, 0);
        return await writer.WriteAsync(async (connection, transaction) =>
            await connection.ExecuteAsync("DELETE FROM idempotency WHERE expires_at <= @now", new { now = Now }, transaction)
            + await connection.ExecuteAsync(
                """
                DELETE FROM idempotency WHERE answer IS NOT NULL AND (account_id, key_hash) IN (
                    SELECT account_id, key_hash FROM (
                        SELECT account_id, key_hash, SUM(answer_bytes) OVER (PARTITION BY account_id ORDER BY created_at DESC, key_hash) AS held FROM idempotency
                    ) AS aged WHERE held > @limit)
                """,
                new { limit = options.BytesPerAccount },
                transaction));
    }

    /// <summary>Whether so much came since the last trim that the next one should not wait for its hour.</summary>
    public bool NeedsTrim => Volatile.Read(ref _keptSinceTrim) > options.BytesPerAccount / 8;

    /// <summary>Keeps an answer; a part of the charge's command, with the parameters of <see cref="KeptAnswer"/>.</summary>
    internal const string KeepStatement =
        """
        UPDATE idempotency SET answer = @Answer, answer_bytes = @AnswerBytes, expires_at = @ExpiresAt
        WHERE account_id = @AccountId AND key_hash = @KeyHash AND execution_id = @ExecutionId
        """;

    /// <summary>What <see cref="KeepStatement"/> wants beside the charge's own, in the order of <see cref="KeptAnswer"/>.</summary>
    internal static readonly string[] KeepParameters = ["@Answer", "@AnswerBytes", "@ExpiresAt", "@KeyHash"];

    internal KeptAnswer Keep(Claim claim, byte[] answer) => new(answer, answer.Length + RowBytes, Now + (options.Hours * 3_600_000L), claim.KeyHash);

    internal void Kept(int bytes) => Interlocked.Add(ref _keptSinceTrim, bytes + RowBytes);

    internal async Task FreeAsync(Claim claim)
    {
        try
        {
            await writer.InsistAsync((connection, transaction) => connection.ExecuteAsync(
                "DELETE FROM idempotency WHERE account_id = @AccountId AND key_hash = @KeyHash AND execution_id = @ExecutionId",
                new { claim.AccountId, claim.KeyHash, claim.ExecutionId },
                transaction));
        }
        catch (DatabaseException)
        {
            // It expires by itself within a minute after the longest execution; until then a repeat hears 409.
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class Row
    {
        public byte[] BodyHash { get; init; } = [];

        public byte[]? Answer { get; init; }
    }
}

/// <summary>Parameters of <see cref="IdempotencyStore.KeepStatement"/> beside the charge's own.</summary>
internal sealed record KeptAnswer(byte[] Answer, long AnswerBytes, long ExpiresAt, byte[] KeyHash);

/// <summary>A request that its client may send again.</summary>
/// <param name="Key">The client's Idempotency-Key.</param>
/// <param name="BodyHash">SHA-256 of the body: what makes a repetition the same request.</param>
internal sealed record RepeatableRequest(string Key, byte[] BodyHash);

/// <summary>What became of a claim.</summary>
internal enum ClaimState
{
    /// <summary>The request has no Idempotency-Key.</summary>
    None,

    /// <summary>The key is ours until the answer is kept or the claim is disposed of.</summary>
    Claimed,

    /// <summary>The same request was answered before: <see cref="Claim.Answer"/>.</summary>
    Answered,

    /// <summary>The same request is running.</summary>
    InFlight,

    /// <summary>Another request has used the key.</summary>
    OtherBody,
}

/// <summary>One request's hold on an idempotency key. Disposed of without a kept answer it is free again.</summary>
internal sealed class Claim(IdempotencyStore store, long accountId, byte[] keyHash, string executionId) : IAsyncDisposable
{
    public ClaimState State { get; internal set; }

    /// <summary>The first answer, as it was given to <see cref="ChargeLedger.ChargeAsync"/>.</summary>
    public byte[]? Answer { get; internal set; }

    internal long AccountId => accountId;

    internal byte[] KeyHash => keyHash;

    internal string ExecutionId => executionId;

    internal KeptAnswer Keep(byte[] answer) => store.Keep(this, answer);

    internal void Kept(int bytes)
    {
        State = ClaimState.Answered;
        store.Kept(bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (State == ClaimState.Claimed) await store.FreeAsync(this);
    }
}
