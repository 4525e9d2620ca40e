using Mayfly.Accounts;
using Mayfly.Admission;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.StoreTests.Admission;

public sealed class SharedLimitsTests
{
    private static int s_keys;

    private readonly long _key = Interlocked.Increment(ref s_keys);

    [Fact]
    public async Task Many_gateways_together_give_no_more_than_the_rate_and_its_burst()
    {
        var gateways = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ConnectAsync()));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var taken = 0;
        await Task.WhenAll(gateways.Select(gateway => Task.Run(async () =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(3))
            {
                if ((await TakeAsync(gateway, perMinute: 6_000, capacity: 50)).Refusal is null) Interlocked.Increment(ref taken);
                else await Task.Delay(1);
            }
        })));

        // 100 a second and 50 at once. How many of them a busy machine gets round to ask for is another matter.
        Assert.InRange(taken, 51, (50 + (clock.Elapsed.TotalSeconds * 100)) * 1.02);
        foreach (var gateway in gateways) await gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_refusal_says_when_and_that_is_true()
    {
        await using var limits = await ConnectAsync();
        Assert.Equal(1, (await TakeAsync(limits, perMinute: 30, capacity: 2)).Remaining);
        Assert.Null((await TakeAsync(limits, perMinute: 30, capacity: 2)).Refusal);

        var refused = await TakeAsync(limits, perMinute: 30, capacity: 2);
        Assert.Equal(RefusalCause.RateLimited, refused.Refusal);
        Assert.InRange(refused.Wait, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        await Task.Delay(refused.Wait + TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);

        Assert.Null((await TakeAsync(limits, perMinute: 30, capacity: 2)).Refusal);
    }

    [Fact]
    public async Task Places_are_shared_and_those_of_a_dead_gateway_come_back()
    {
        await using var one = await ConnectAsync();
        await using var dead = await ConnectAsync(longest: TimeSpan.FromMinutes(-1) + TimeSpan.FromMilliseconds(400));
        Assert.Null((await TakeAsync(one, concurrency: 2, execution: "a")).Refusal);
        Assert.Null((await TakeAsync(dead, concurrency: 2, execution: "b")).Refusal);
        Assert.Equal(RefusalCause.TooManyConcurrent, (await TakeAsync(one, concurrency: 2, execution: "c")).Refusal);

        one.Leave(_key, "a");
        Assert.Null((await TakeAsync(one, concurrency: 2, execution: "d")).Refusal);
        Assert.Equal(RefusalCause.TooManyConcurrent, (await TakeAsync(one, concurrency: 2, execution: "e")).Refusal);
        await TestGateway.UntilAsync(async () => (await TakeAsync(one, concurrency: 2, execution: "f")).Refusal is null);
    }

    [Fact]
    public async Task Without_Valkey_each_gateway_holds_the_limits_alone_and_nobody_waits()
    {
        Assert.SkipWhen(ValkeyServer.Missing is not null, ValkeyServer.Missing ?? "");
        using var valkey = ValkeyServer.Start();
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync(new TestCells(), null, "", ("Valkey:Connection", valkey.Connection), ("Valkey:TimeoutMs", "200"));
        var (slow, _) = await gateway.Keys.CreateAsync(new KeyTerms("slow") { RatePerMinute = 30 });
        Task<Answer> ExecuteAsync() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", slow));
        async Task<bool> SharedAsync() => Assert.Single((await gateway.GetAsync("/metrics")).Text.Split('\n'), line => line.StartsWith("mayfly_valkey_available", StringComparison.Ordinal)).Contains("} 1", StringComparison.Ordinal);
        await TestGateway.UntilAsync(SharedAsync);
        Assert.Equal("\"rate\";q=30;w=60", (await ExecuteAsync()).MustBeResult().Header("RateLimit-Policy"));

        // Stopped, it answers nobody; killed, nobody is there to answer. Neither opens the door, neither shuts it.
        valkey.Pause(true);
        (await ExecuteAsync()).MustBeResult();
        Assert.False(await SharedAsync());
        valkey.Pause(false);
        valkey.Kill();
        for (var i = 0; i < 3; i++) (await ExecuteAsync()).MustBeResult();
        (await ExecuteAsync()).MustBe(429, "rate_limited");
        (await gateway.ExecuteAsync()).MustBeResult();
        Assert.Equal(200, (await gateway.GetAsync("/healthz/ready")).Status);

        valkey.Launch();
        await TestGateway.UntilAsync(SharedAsync);
    }

    [Fact]
    public async Task A_gateway_starts_while_Valkey_is_away()
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync(new TestCells(), null, "", ("Valkey:Connection", "127.0.0.1:1"));
        var (slow, _) = await gateway.Keys.CreateAsync(new KeyTerms("slow") { RatePerMinute = 6 });
        Task<Answer> ExecuteAsync() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", slow));

        (await ExecuteAsync()).MustBeResult();
        (await ExecuteAsync()).MustBe(429, "rate_limited");
    }

    private static async Task<SharedLimits> ConnectAsync(TimeSpan? longest = null) =>
        (await SharedLimits.ConnectAsync(new ValkeyOptions { Connection = SharedServers.Valkey.Connection, Prefix = "test", TimeoutMs = 5_000 }, longest ?? TimeSpan.FromSeconds(30), NullLogger.Instance, TimeProvider.System))!;

    private async Task<SharedAnswer> TakeAsync(SharedLimits limits, int perMinute = 0, int capacity = 0, int concurrency = 0, string execution = "x") =>
        await limits.TakeAsync(_key, perMinute, capacity, concurrency, execution) ?? throw new InvalidOperationException("Valkey is away");
}
