using Mayfly.Accounts;
using Mayfly.Store;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Ledger;

public sealed class BackupTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_made_under_load_is_whole_and_can_be_put_back()
    {
        using var store = new TestStore(EngineName.Sqlite);
        var gateway = await store.StartAsync();
        using var backup = new MemoryStream();
        var load = Enumerable.Range(0, 60).Select(_ => gateway.ExecuteAsync()).ToList();
        await load[10];

        var charges = await SqliteBackup.WriteAsync(store.Database, backup);
        Assert.All(await Task.WhenAll(load), answer => answer.MustBeResult());
        await gateway.StopAsync();

        Assert.InRange(charges, 1, 60);
        backup.Position = 0;
        var said = await SqliteBackup.RestoreAsync(backup, Path.Combine(store.Directory, "gateway"));
        Assert.Contains($"{charges} charges", said, StringComparison.Ordinal);

        await using var next = await store.StartAsync();
        Assert.Equal([$"{charges}"], await next.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal([$"{charges * 2_000}"], await next.QueryAsync("SELECT CAST(SUM(spent_micro_usd) AS BIGINT) FROM api_keys"));
        (await next.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", gateway.Secret))).MustBeResult();
    }

    [Fact]
    public async Task What_is_no_copy_changes_nothing()
    {
        using var store = new TestStore(EngineName.Sqlite);
        await new KeyStore(store.Database, TimeProvider.System).CreateAsync(new KeyTerms("a"));
        using var junk = new MemoryStream(new byte[10_000]);

        await Assert.ThrowsAsync<DatabaseException>(() => SqliteBackup.RestoreAsync(junk, Path.Combine(store.Directory, "gateway")));

        Assert.Equal(1, store.Scalar("SELECT COUNT(*) FROM api_keys"));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(store.Directory, "gateway"), "*restore*"));
    }
}
