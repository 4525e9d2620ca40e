using System.Data.Common;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>Everything that is written with a charge of one kind, as one command: on PostgreSQL one round trip, on SQLite parsed once.</summary>
internal sealed class ChargeStatements
{
    private const string Insert =
        """
        INSERT INTO charges (execution_id, key_id, account_id, language, outcome, exit_code, wall_ms, cpu_ms, peak_memory_bytes, micro_usd, charged_at)
        VALUES (@ExecutionId, @KeyId, @AccountId, @Language, @Outcome, @ExitCode, @WallMs, @CpuMs, @PeakMemoryBytes, @MicroUsd, @now)
        """;

    private static readonly string[] s_names =
        ["@ExecutionId", "@KeyId", "@AccountId", "@Language", "@Outcome", "@ExitCode", "@WallMs", "@CpuMs", "@PeakMemoryBytes", "@MicroUsd", "@now"];

    private readonly PreparedWrite _all;
    private readonly PreparedWrite _insertAgain;
    private readonly PreparedWrite? _rest;
    private readonly int _restRows;

    /// <param name="costs">The key's sum grows.</param>
    /// <param name="reserved">What was set aside for it is spent now.</param>
    /// <param name="answered">Its answer is kept.</param>
    public ChargeStatements(bool costs, bool reserved, bool answered)
    {
        var rest = new List<string>();
        if (costs) rest.Add("UPDATE api_keys SET spent_micro_usd = spent_micro_usd + @MicroUsd WHERE id = @KeyId");
        if (reserved) rest.Add("DELETE FROM reservations WHERE execution_id = @ExecutionId");
        if (answered) rest.Add(IdempotencyStore.KeepStatement);
        string[] names = answered ? [.. s_names, .. IdempotencyStore.KeepParameters] : s_names;
        _restRows = rest.Count;
        _all = new(string.Join("; ", [Insert, .. rest]), names);
        _insertAgain = new(Insert + " ON CONFLICT (execution_id) DO NOTHING", s_names);
        _rest = rest.Count == 0 ? null : new(string.Join("; ", rest), names);
    }

    /// <param name="connection">The writer's.</param>
    /// <param name="transaction">The writer's.</param>
    /// <param name="charge">The row.</param>
    /// <param name="now">Its instant.</param>
    /// <param name="kept">Its answer; null: none is kept.</param>
    /// <param name="again">Whether an earlier try may have been committed.</param>
    /// <exception cref="DatabaseException">What was pending for this execution is not there any more.</exception>
    public async Task<bool> WriteAsync(DbConnection connection, DbTransaction transaction, Charge charge, long now, KeptAnswer? kept, bool again)
    {
        object[] row =
        [
            charge.ExecutionId, charge.KeyId, charge.AccountId, charge.Language, charge.Outcome, charge.ExitCode, charge.WallMs, charge.CpuMs, charge.PeakMemoryBytes,
            charge.MicroUsd, now,
        ];
        object[] all = kept is null ? row : [.. row, kept.Answer, kept.AnswerBytes, kept.ExpiresAt, kept.KeyHash];
        if (!again)
        {
            Check(await _all.ExecuteAsync(connection, transaction, all), _restRows + 1);
            return true;
        }

        if (await _insertAgain.ExecuteAsync(connection, transaction, row) == 0) return true;
        if (_rest is not null) Check(await _rest.ExecuteAsync(connection, transaction, all), _restRows);
        return true;
    }

    // A row is missing that was this execution's alone: somebody took this gateway for dead and voided the execution.
    private static void Check(int written, int expected)
    {
        if (written != expected) throw new DatabaseException("what was pending for this execution was voided meanwhile: this gateway was not seen for too long.");
    }
}
