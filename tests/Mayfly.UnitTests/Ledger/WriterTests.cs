using Dapper;
using Mayfly.Ledger;

namespace Mayfly.UnitTests.Ledger;

public sealed class WriterTests : IDisposable
{
    private readonly ScratchDatabase _scratch = new();

    [Fact]
    public async Task Parallel_writes_are_all_there_when_they_return()
    {
        await using var writer = new Writer(_scratch.Database, TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () =>
        {
            await InsertAsync(writer, $"account {i}");
            Assert.Equal(1, _scratch.Scalar($"SELECT COUNT(*) FROM accounts WHERE name = 'account {i}'"));
        })));

        Assert.Equal(501, _scratch.Scalar("SELECT COUNT(*) FROM accounts"));
    }

    [Fact]
    public async Task A_write_that_is_wrong_takes_no_neighbour_with_it()
    {
        await using var writer = new Writer(_scratch.Database, TimeProvider.System);
        await InsertAsync(writer, "taken");

        var writes = Enumerable.Range(0, 200).Select(i => Task.Run(() => InsertAsync(writer, i % 10 == 0 ? "taken" : $"account {i}"))).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(20, writes.Count(write => write.IsFaulted));
        Assert.Equal(182, _scratch.Scalar("SELECT COUNT(*) FROM accounts"));
        Assert.True(writer.IsAvailable);
    }

    [Fact]
    public async Task A_write_is_whole_or_not_at_all()
    {
        await using var writer = new Writer(_scratch.Database, TimeProvider.System);

        await Assert.ThrowsAnyAsync<Exception>(() => writer.WriteAsync<int>(async (connection, transaction) =>
        {
            await connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES ('half', 0)", transaction: transaction);
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, _scratch.Scalar("SELECT COUNT(*) FROM accounts WHERE name = 'half'"));
    }

    [Fact]
    public async Task While_the_database_is_away_new_work_is_refused_at_once_and_old_work_is_tried()
    {
        await using var writer = new Writer(_scratch.Database, TimeProvider.System);
        await using (var other = _scratch.Connect())
        await using (await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await Assert.ThrowsAsync<DatabaseException>(() => InsertAsync(writer, "a"));
            Assert.False(writer.IsAvailable);
            await Assert.ThrowsAsync<DatabaseException>(() => writer.WriteAsync((_, _) => Task.FromResult(0)));
            Assert.False(await writer.WorksAsync());
        }

        Assert.Equal(1, await writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES ('b', 0)", transaction: transaction)));
        Assert.True(writer.IsAvailable);
        Assert.True(await writer.WorksAsync());
    }

    [Fact]
    public async Task A_full_disk_refuses_loses_nothing_and_heals()
    {
        await using var writer = new Writer(_scratch.Database, TimeProvider.System);
        await InsertAsync(writer, "before");

        // The page limit of the writer's own connection stands for the disk's.
        await writer.InsistAsync((connection, _) => connection.ExecuteScalarAsync<long>("PRAGMA max_page_count = 1"));
        await Assert.ThrowsAsync<DatabaseException>(() => FillAsync(writer));

        Assert.False(writer.IsAvailable);
        Assert.Equal(2, _scratch.Scalar("SELECT COUNT(*) FROM accounts"));
        await Task.Delay(1_100, TestContext.Current.CancellationToken);
        await InsertAsync(writer, "after");
        Assert.Equal(3, _scratch.Scalar("SELECT COUNT(*) FROM accounts"));
    }

    public void Dispose() => _scratch.Dispose();

    private static Task<int> InsertAsync(Writer writer, string name) =>
        writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES (@name, 0)", new { name }, transaction));

    private static Task<int> FillAsync(Writer writer) =>
        writer.InsistAsync((connection, transaction) => connection.ExecuteAsync("INSERT INTO accounts (name, created_at) VALUES (@name, 0)", new { name = new string('x', 10_000_000) }, transaction));
}
