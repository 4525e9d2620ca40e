using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Gateways;

/// <summary>PostgreSQL goes away and comes back: defined answers, nothing lost, nothing charged twice, no hand needed.</summary>
public sealed class DatabaseAwayTests
{
    // What was held for each refused request of clients that ask again and again would be more than this.
    private const long MostGrowth = 32L << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Away_means_503_and_back_means_everything_as_before(bool hangs) => BeAwayAsync(hangs, TimeSpan.FromSeconds(4), mostGrowth: long.MaxValue);

    // Alone: the memory of other tests would be counted.
    [Theory(DisableParallelization = true), Trait("Speed", "slow")]
    [InlineData(false)]
    [InlineData(true)]
    public Task Away_for_thirty_seconds_it_is_the_same_and_memory_is_bounded(bool hangs) => BeAwayAsync(hangs, TimeSpan.FromSeconds(30), MostGrowth);

    private static async Task BeAwayAsync(bool hangs, TimeSpan time, long mostGrowth)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        using var server = PostgresServer.Start();
        using var store = new TestStore(EngineName.Postgres, server, impatient: true);
        await using var gateway = await store.StartAsync();
        var (poor, _) = await gateway.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 2_000_000_000 });
        var stop = new CancellationTokenSource();
        var (answered, refused) = (0, 0);
        var clients = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", i % 2 == 0 ? poor : gateway.Secret));
                if (answer.Status == 200)
                {
                    Interlocked.Increment(ref answered);
                    continue;
                }

                answer.MustBe(503, "infrastructure_failure");
                Assert.NotNull(answer.Header("Retry-After"));
                Interlocked.Increment(ref refused);
                await Task.Delay(20);
            }
        })).ToArray();
        await TestGateway.UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) > 20));

        var held = GC.GetTotalMemory(forceFullCollection: true);
        if (hangs) server.Pause(true);
        else server.Kill();
        await Task.Delay(time, TestContext.Current.CancellationToken);
        await TestGateway.UntilAsync(() => Task.FromResult(Volatile.Read(ref refused) > 0));
        Assert.Equal(503, (await gateway.GetAsync("/healthz/ready")).Status);
        Assert.Equal(200, (await gateway.GetAsync("/healthz/live")).Status);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - held, long.MinValue, mostGrowth);
        if (hangs) server.Pause(false);
        else server.Launch();

        await TestGateway.UntilAsync(async () => (await gateway.GetAsync("/healthz/ready")).Status == 200);
        var before = Volatile.Read(ref answered);
        await TestGateway.UntilAsync(() => Task.FromResult(Volatile.Read(ref answered) > before + 20));
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        // What could not be told apart while the database was away is told apart now.
        await TestGateway.UntilAsync(async () =>
        {
            await gateway.Gateway.KeepHouseAsync(1);
            return store.Scalar("SELECT COUNT(*) FROM charges") == answered;
        });
        Assert.Equal(answered * 2_000L, store.Scalar("SELECT CAST(SUM(spent_micro_usd) AS BIGINT) FROM api_keys"));
    }
}
