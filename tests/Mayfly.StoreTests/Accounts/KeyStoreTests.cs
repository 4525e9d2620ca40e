using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Accounts;

public sealed class KeyStoreTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    [Theory, BothEngines]
    public async Task A_created_key_is_found_by_its_hash_with_everything_it_was_given(EngineName engine)
    {
        using var store = new TestStore(engine);
        var keys = new KeyStore(store.Database, _time);

        var (secret, key) = await keys.CreateAsync(new KeyTerms("name é") { ExpiresAt = _time.GetUtcNow().AddDays(1), RatePerMinute = 5, Concurrency = 2, BudgetMicroUsd = 10_000_000_000 });
        var found = await keys.FindAsync(KeyFormat.Hash(secret));

        Assert.Equal(key, found);
        Assert.Equal(("name é", secret[^4..], _time.GetUtcNow(), _time.GetUtcNow().AddDays(1)), (found!.Name, found.LastFour, found.CreatedAt, found.ExpiresAt!.Value));
        Assert.Equal((5, 2, 10_000_000_000L, 0L), (found.RatePerMinute!.Value, found.Concurrency!.Value, found.BudgetMicroUsd!.Value, found.SpentMicroUsd));
        Assert.Equal([key], await keys.ListAsync());
        Assert.Null(await keys.FindAsync(KeyFormat.Hash(KeyFormat.Create())));
    }

    [Theory, BothEngines]
    public async Task A_revoked_key_stays_revoked_since_the_first_time(EngineName engine)
    {
        using var store = new TestStore(engine);
        var keys = new KeyStore(store.Database, _time);
        var (_, key) = await keys.CreateAsync(new KeyTerms("a"));
        var at = _time.GetUtcNow();

        Assert.True(await keys.RevokeAsync(key.Id));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(await keys.RevokeAsync(key.Id));

        Assert.Equal(at, Assert.Single(await keys.ListAsync()).RevokedAt);
        Assert.False(Assert.Single(await keys.ListAsync()).IsUsable(at));
        Assert.False(await keys.RevokeAsync(key.Id + 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    public async Task A_name_is_something_that_can_be_printed(string name)
    {
        using var store = new TestStore(EngineName.Sqlite);
        await Assert.ThrowsAsync<ArgumentException>(() => new KeyStore(store.Database, _time).CreateAsync(new KeyTerms(name)));
    }

    [Theory, BothEngines]
    public async Task Numbers_that_make_no_sense_are_refused(EngineName engine)
    {
        using var store = new TestStore(engine);
        var keys = new KeyStore(store.Database, _time);

        await Assert.ThrowsAsync<ArgumentException>(() => keys.CreateAsync(new KeyTerms("a") { RatePerMinute = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => keys.CreateAsync(new KeyTerms("a") { Concurrency = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => keys.CreateAsync(new KeyTerms("a") { BudgetMicroUsd = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => keys.CreateAsync(new KeyTerms(new string('a', 101))));
    }

    [Theory, BothEngines]
    public async Task Two_processes_create_keys_side_by_side(EngineName engine)
    {
        using var store = new TestStore(engine);
        KeyStore[] stores = [new(store.Database, _time), new(store.Open(), _time)];

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => stores[i % 2].CreateAsync(new KeyTerms($"key {i}")))));

        Assert.Equal(40, (await stores[0].ListAsync()).Select(key => key.Id).Distinct().Count());
    }
}
