using Mayfly.Ledger;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Ledger;

public sealed class PriceTests
{
    [Theory, BothEngines]
    public async Task A_price_holds_from_its_instant_on_and_the_history_stays(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time, "", ("Price:MicroUsd", "1000"));
        async Task<decimal> CostAsync() => (await gateway.ExecuteAsync()).MustBeResult().Json.GetProperty("cost").GetDecimal();

        // Set by somebody else: the command line, another gateway.
        var elsewhere = new PriceList(store.Open(), new PriceOptions(), time);
        await elsewhere.SetAsync(3_000, time.GetUtcNow().AddSeconds(100));
        await elsewhere.SetAsync(5_000, time.GetUtcNow().AddSeconds(200));
        await gateway.Gateway.Prices.RefreshAsync();

        Assert.Equal(0.001m, await CostAsync());
        time.Advance(TimeSpan.FromSeconds(99.999));
        Assert.Equal(0.001m, await CostAsync());
        time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(0.003m, await CostAsync());
        Assert.Equal(0.003m, (await gateway.GetAsync("/v1/code-sandbox/limits")).Json.GetProperty("cost").GetDecimal());
        time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(0.005m, await CostAsync());

        Assert.Equal([3_000L, 5_000L], (await gateway.Gateway.Prices.HistoryAsync()).Select(price => price.MicroUsd));
        Assert.Equal(0.01m, (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json.GetProperty("cost").GetDecimal());
    }

    [Fact]
    public async Task A_price_is_set_so_early_that_every_gateway_knows_in_time()
    {
        using var store = new TestStore(EngineName.Sqlite);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var prices = new PriceList(store.Database, new PriceOptions(), time);

        await Assert.ThrowsAsync<ArgumentException>(() => prices.SetAsync(1, time.GetUtcNow().AddSeconds(59)));
        await Assert.ThrowsAsync<ArgumentException>(() => prices.SetAsync(-1, null));
        await Assert.ThrowsAsync<ArgumentException>(() => prices.SetAsync(PriceOptions.Most + 1, null));
        Assert.NotNull(await prices.SetAsync(1, null));
    }
}
