using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Dapper;

namespace Mayfly.Store;

/// <summary>Everything this gateway writes goes through here, one transaction after another.</summary>
/// <remarks>
/// SQLite has one writer at a time, and on PostgreSQL requests of one key would wait for each other's commits. Instead,
/// the first that comes commits for all that came meanwhile: alone it pays for no hand-over between threads, under load
/// many writes share one commit.
/// </remarks>
internal sealed class Writer(Database database, TimeProvider time) : IAsyncDisposable
{
    // Each waiting write belongs to an admitted request, so this bound is never met while the database is there.
    private const int MaxWaiting = 10_000;

    private const int MaxInOneCommit = 256;

    // Two gateways that want the same rows in another order: one of them is told to try again, hardly ever twice.
    private const int MaxTries = 5;

    // After a failure: how long requests are refused before the next one tries.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Pending> _waiting = new();
    private DbConnection? _connection;
    private int _busy;
    private long _failedAt;
    private long _commits;

    /// <summary>Commits so far: what the request path costs the disk.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Whether the last write worked, or is long enough ago to try another one.</summary>
    public bool IsAvailable => Volatile.Read(ref _failedAt) is var failed && (failed == 0 || time.GetElapsedTime(failed) > Pause);

    /// <summary>Writes before an execution: refused at once while the database is known to be away.</summary>
    /// <param name="write">What is written.</param>
    /// <param name="order">Writes of one commit are done in this order: who locks a key's row gives its id, so that gateways lock in the same order.</param>
    /// <exception cref="DatabaseException">Nothing was written.</exception>
    public Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> write, long order = 0) =>
        IsAvailable ? InsistAsync(write, order) : throw new DatabaseException($"cannot write {database.Engine.Name}: the last write failed less than {Pause.TotalSeconds:0} s ago.");

    /// <summary>Writes after an execution: tried even while the database is believed to be away.</summary>
    /// <inheritdoc cref="WriteAsync" path="/param"/>
    /// <exception cref="DatabaseException">Nothing was written, unless it says that this is uncertain.</exception>
    public async Task<T> InsistAsync<T>(Func<DbConnection, DbTransaction, Task<T>> write, long order = 0)
    {
        if (_waiting.Count >= MaxWaiting) throw new DatabaseException($"cannot write {database.Engine.Name}: {MaxWaiting} writes wait already.");

        var pending = new Pending<T>(write, order);
        _waiting.Enqueue(pending);
        if (Interlocked.CompareExchange(ref _busy, 1, 0) == 0) await CommitWaitingAsync();
        return await pending.Written;
    }

    /// <summary>Whether writing works: asks the disk only after a failure.</summary>
    public async Task<bool> WorksAsync()
    {
        if (Volatile.Read(ref _failedAt) == 0) return true;
        try
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await WriteAsync((connection, transaction) => connection.ExecuteAsync("UPDATE probe SET at = @now", new { now }, transaction));
            return true;
        }
        catch (DatabaseException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
    }

    // Entered by whoever set _busy; leaves after one commit, so that no request waits for more than its own and one other.
    private async Task CommitWaitingAsync()
    {
        var batch = new List<Pending>();
        while (batch.Count < MaxInOneCommit && _waiting.TryDequeue(out var pending)) batch.Add(pending);
        batch.Sort((one, other) => one.Order.CompareTo(other.Order));
        try
        {
            await CommitAsync(batch);
        }
        catch (Exception bug)
        {
            // Whoever waits must hear something, and the next one must get its turn, whatever went wrong here.
            foreach (var pending in batch) pending.Fail(bug);
        }

        Volatile.Write(ref _busy, 0);
        if (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _busy, 1, 0) == 0) _ = Task.Run(CommitWaitingAsync);
    }

    private async Task CommitAsync(List<Pending> batch, int tries = 1)
    {
        var (isOld, atCommit) = (_connection is not null, false);
        try
        {
            _connection ??= await database.Engine.ConnectAsync();
            await using (var transaction = await _connection.BeginTransactionAsync())
            {
                foreach (var pending in batch) await pending.RunAsync(_connection, transaction);
                atCommit = true;
                await transaction.CommitAsync();
            }

            Volatile.Write(ref _failedAt, 0);
            Interlocked.Increment(ref _commits);
            foreach (var pending in batch) pending.Succeed();
        }
        catch (DbException) when (isOld && !atCommit && _connection?.State != ConnectionState.Open)
        {
            // It broke while nobody used it: the server was restarted, say. Nothing was committed; a new one may work.
            await ForgetConnectionAsync();
            await CommitAsync(batch, tries);
        }
        catch (DbException error) when (database.Engine.IsAway(error))
        {
            Volatile.Write(ref _failedAt, time.GetTimestamp());
            await ForgetConnectionAsync();
            var away = new DatabaseException($"cannot write {database.Engine.Name}: {error.Message}", error) { IsUncertain = atCommit && database.Engine.CommitMayBeLost };
            foreach (var pending in batch) pending.Fail(away);
        }
        catch (DbException error) when (database.Engine.IsConflict(error) && tries < MaxTries)
        {
            await CommitAsync(batch, tries + 1);
        }
        catch (Exception bug) when (batch.Count == 1)
        {
            await ForgetConnectionAsync();
            batch[0].Fail(bug);
        }
        catch (Exception)
        {
            // A write that is wrong in itself must not take its neighbours with it: each once more, alone.
            await ForgetConnectionAsync();
            foreach (var pending in batch) await CommitAsync([pending]);
        }
    }

    private async Task ForgetConnectionAsync()
    {
        if (_connection is null) return;
        await _connection.DisposeAsync();
        _connection = null;
    }

    private abstract class Pending(long order)
    {
        public long Order => order;

        public abstract Task RunAsync(DbConnection connection, DbTransaction transaction);

        public abstract void Succeed();

        public abstract void Fail(Exception error);
    }

    private sealed class Pending<T>(Func<DbConnection, DbTransaction, Task<T>> write, long order) : Pending(order)
    {
        private readonly TaskCompletionSource<T> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Written => _written.Task;

        public override async Task RunAsync(DbConnection connection, DbTransaction transaction) => _result = await write(connection, transaction);

        public override void Succeed() => _written.TrySetResult(_result!);

        public override void Fail(Exception error) => _written.TrySetException(error);
    }
}
