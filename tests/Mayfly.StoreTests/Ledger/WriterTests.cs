using Dapper;
using Mayfly.Store;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Ledger;

public sealed class WriterTests
{
    [Theory, BothEngines]
    public async Task Parallel_writes_are_all_there_when_they_return(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var writer = new Writer(store.Database, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () =>
        {
            await InsertAsync(writer, $"account {i}");
            Assert.Equal(1, await store.Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM accounts WHERE name = @name", new { name = $"account {i}" })));
        })));

        Assert.Equal(501, store.Scalar("SELECT COUNT(*) FROM accounts"));
    }

    [Theory, BothEngines]
    public async Task A_write_that_is_wrong_takes_no_neighbour_with_it(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var writer = new Writer(store.Database, TimeProvider.System);
        await InsertAsync(writer, "taken");

        var writes = Enumerable.Range(0, 200).Select(i => Task.Run(() => InsertAsync(writer, i % 10 == 0 ? "taken" : $"account {i}"))).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(20, writes.Count(write => write.IsFaulted));
        Assert.Equal(182, store.Scalar("SELECT COUNT(*) FROM accounts"));
        Assert.True(writer.IsAvailable);
    }

    [Theory, BothEngines]
    public async Task A_write_is_whole_or_not_at_all(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var writer = new Writer(store.Database, TimeProvider.System);

        await Assert.ThrowsAnyAsync<Exception>(() => writer.WriteAsync<int>(async (connection, transaction) =>
        {
            await connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES ('half', 0)", transaction: transaction);
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, store.Scalar("SELECT COUNT(*) FROM accounts WHERE name = 'half'"));
    }

    [Theory, BothEngines]
    public async Task While_the_database_is_away_new_work_is_refused_at_once_and_old_work_is_tried(EngineName engine)
    {
        using var store = new TestStore(engine, impatient: true);
        await using var writer = new Writer(store.Database, TimeProvider.System);
        await using (var other = store.Connect())
        await using (var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            if (engine == EngineName.Postgres) await other.ExecuteAsync("LOCK TABLE accounts, probe IN EXCLUSIVE MODE", transaction: transaction);
            await Assert.ThrowsAsync<DatabaseException>(() => InsertAsync(writer, "a"));
            Assert.False(writer.IsAvailable);
            await Assert.ThrowsAsync<DatabaseException>(() => writer.WriteAsync((_, _) => Task.FromResult(0)));
            Assert.False(await writer.WorksAsync());
        }

        Assert.Equal(1, await writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES ('b', 0)", transaction: transaction)));
        Assert.True(writer.IsAvailable);
        Assert.True(await writer.WorksAsync());
    }

    [Theory, BothEngines]
    public async Task Two_writers_that_want_the_same_rows_the_other_way_round_both_get_them(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var setup = new Writer(store.Database, TimeProvider.System);
        await InsertAsync(setup, "a");
        await InsertAsync(setup, "b");
        Writer[] writers = [new(store.Open(), TimeProvider.System), new(store.Open(), TimeProvider.System)];

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => writers[i % 2].InsistAsync(async (connection, transaction) =>
        {
            foreach (var name in i % 2 == 0 ? (string[])["a", "b"] : ["b", "a"])
            {
                await connection.ExecuteAsync("UPDATE accounts SET created_at = created_at + 1 WHERE name = @name", new { name }, transaction);
                // Time to meet in the middle, where rows are locked one by one; SQLite's lock of all is waited for for one second only.
                if (engine == EngineName.Postgres) await Task.Delay(5);
            }

            return true;
        }))));

        Assert.Equal(40, store.Scalar("SELECT SUM(created_at) FROM accounts WHERE name IN ('a', 'b')"));
        foreach (var writer in writers) await writer.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_broke_while_nobody_used_it_costs_nobody_a_write()
    {
        using var store = new TestStore(EngineName.Postgres);
        await using var writer = new Writer(store.Database, TimeProvider.System);
        await InsertAsync(writer, "before");
        store.Scalar("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        await InsertAsync(writer, "after");

        Assert.Equal(3, store.Scalar("SELECT COUNT(*) FROM accounts"));
    }

    [Fact]
    public async Task A_full_disk_refuses_loses_nothing_and_heals()
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var writer = new Writer(store.Database, TimeProvider.System);
        await InsertAsync(writer, "before");

        // The page limit of the writer's own connection stands for the disk's.
        await writer.InsistAsync((connection, _) => connection.ExecuteScalarAsync<long>("PRAGMA max_page_count = 1"));
        await Assert.ThrowsAsync<DatabaseException>(() => FillAsync(writer));

        Assert.False(writer.IsAvailable);
        Assert.Equal(2, store.Scalar("SELECT COUNT(*) FROM accounts"));
        await Task.Delay(1_100, TestContext.Current.CancellationToken);
        await InsertAsync(writer, "after");
        Assert.Equal(3, store.Scalar("SELECT COUNT(*) FROM accounts"));
    }

    private static Task<int> InsertAsync(Writer writer, string name) =>
        writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES (@name, 0)", new { name }, transaction));

    private static Task<int> FillAsync(Writer writer) =>
        writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES (@name, 0)", new { name = new string('x', 10_000_000) }, transaction));
}
