using System.Diagnostics;
using Mayfly.Accounts;
using Mayfly.Dispatch;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Ledger;

/// <summary>One accepted request, one result, one charge.</summary>
public sealed class ChargingTests
{
    [Theory, BothEngines]
    public async Task The_charge_is_in_the_database_when_the_answer_comes(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();

        var id = (await gateway.ExecuteAsync()).MustBeResult().Header("X-Request-Id");

        Assert.Equal([$"{id}|{gateway.Key.Id}|python|exit|0|12|7|{10 << 20}|2000"], await gateway.QueryAsync("SELECT execution_id || '|' || key_id || '|' || language || '|' || outcome || '|' || exit_code || '|' || wall_ms || '|' || cpu_ms || '|' || peak_memory_bytes || '|' || micro_usd FROM charges"));
    }

    [Theory]
    [InlineData(EngineName.Sqlite, false, false, 1)]
    [InlineData(EngineName.Sqlite, true, false, 2)]
    [InlineData(EngineName.Sqlite, false, true, 2)]
    [InlineData(EngineName.Postgres, false, false, 1)]
    public async Task An_execution_costs_one_commit_and_one_more_for_what_is_pending(EngineName engine, bool budget, bool idempotencyKey, int commits)
    {
        const int Executions = 20;
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        var (secret, _) = await gateway.Keys.CreateAsync(new KeyTerms("key") { BudgetMicroUsd = budget ? 1_000_000 : null });
        var before = gateway.Gateway.Commits;

        for (var i = 0; i < Executions; i++)
        {
            (await gateway.ExecuteAsync(change: request =>
            {
                request.Headers.Authorization = new("Bearer", secret);
                if (idempotencyKey) request.Headers.Add("Idempotency-Key", $"{i}");
            })).MustBeResult();
        }

        // The gateway's sign of life may fall between.
        Assert.InRange(gateway.Gateway.Commits - before, commits * Executions, (commits * Executions) + 10);
    }

    [Theory, BothEngines]
    public async Task The_usage_is_the_sum_of_the_costs_in_every_division(EngineName engine)
    {
        using var store = new TestStore(engine);
        var terminations = new Queue<Termination>([Termination.Exit, Termination.Exit, Termination.Timeout, Termination.OutOfMemory, Termination.Signal, Termination.Exit, Termination.Infrastructure]);
        await using var gateway = await store.StartAsync((_, _) =>
        {
            var termination = terminations.Dequeue();
            return Task.FromResult(termination == Termination.Infrastructure ? TestGateway.Failed(FaultCause.CellLost) : TestGateway.Exit() with { Termination = termination });
        });
        var (other, _) = await gateway.Keys.CreateAsync(new KeyTerms("other"));
        var sum = 0m;
        for (var i = 0; i < 7; i++)
        {
            var answer = await gateway.ExecuteAsync(TestGateway.Body("x", i % 2 == 0 ? "python" : "javascript"), request => request.Headers.Authorization = new("Bearer", i < 5 ? gateway.Secret : other));
            sum += answer.Json.GetProperty("cost").GetDecimal();
        }

        var usage = (await gateway.GetAsync("/v1/usage", other)).Json;

        Assert.Equal(0.012m, sum);
        Assert.Equal(sum, usage.GetProperty("cost").GetDecimal());
        Assert.Equal(6, usage.GetProperty("executions").GetInt64());
        foreach (var division in (string[])["byKey", "byDay", "byLanguage", "byOutcome"])
        {
            Assert.Equal(sum, usage.GetProperty(division).EnumerateArray().Sum(part => part.GetProperty("cost").GetDecimal()));
            Assert.Equal(6, usage.GetProperty(division).EnumerateArray().Sum(part => part.GetProperty("executions").GetInt64()));
        }

        Assert.Equal(["exit", "out_of_memory", "signal", "timeout"], usage.GetProperty("byOutcome").EnumerateArray().Select(part => part.GetProperty("outcome").GetString()));
        Assert.Equal([5L, 1L], usage.GetProperty("byKey").EnumerateArray().Select(part => part.GetProperty("executions").GetInt64()));
    }

    [Theory]
    [InlineData(EngineName.Sqlite, true, 1)]
    [InlineData(EngineName.Postgres, true, 1)]
    [InlineData(EngineName.Sqlite, false, 0)]
    [InlineData(EngineName.Postgres, false, 0)]
    public async Task A_client_that_hangs_up_cancels_its_execution_and_pays_if_it_had_started(EngineName engine, bool started, int charges)
    {
        using var store = new TestStore(engine);
        var running = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource<TimeSpan>();
        await using var gateway = await store.StartAsync(async (_, hangUp) =>
        {
            running.SetResult();
            var clock = Stopwatch.StartNew();
            await Task.Delay(Timeout.Infinite, hangUp).ContinueWith(_ => cancelled.SetResult(clock.Elapsed), TaskScheduler.Default);
            return TestGateway.Exit(137) with { Termination = Termination.Cancelled, Started = started };
        });

        using (var client = new CancellationTokenSource())
        {
            var request = gateway.ExecuteAsync(System.Text.Encoding.UTF8.GetBytes(TestGateway.Body()), cancellation: client.Token);
            await running.Task;
            await client.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        Assert.InRange(await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await TestGateway.UntilAsync(async () => (await gateway.QueryAsync("SELECT outcome || micro_usd FROM charges")).Length == charges && gateway.Gateway.Admitted == 0);
    }

    [Theory, BothEngines]
    public async Task Of_a_hundred_at_once_on_a_budget_for_one_one_runs(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync(async (_, hangUp) =>
        {
            await Task.Delay(100, hangUp);
            return TestGateway.Exit();
        });
        var (poor, _) = await gateway.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 3_999 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", poor))));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.MustBe(402, "insufficient_balance"));
        Assert.Equal(["1"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal(["0"], await gateway.QueryAsync("SELECT COUNT(*) FROM reservations"));
    }

    [Theory, BothEngines]
    public async Task What_was_set_aside_comes_back_when_the_execution_costs_nothing(EngineName engine)
    {
        using var store = new TestStore(engine);
        var fail = true;
        await using var gateway = await store.StartAsync((_, _) => Task.FromResult(fail ? TestGateway.Failed(FaultCause.Overloaded) : TestGateway.Exit()));
        var (poor, _) = await gateway.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 2_000 });
        Task<Answer> Execute() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", poor));

        (await Execute()).MustBe(503, "overloaded");
        (await Execute()).MustBe(503, "overloaded");
        fail = false;
        (await Execute()).MustBeResult();
        (await Execute()).MustBe(402, "insufficient_balance");
    }

    [Theory, BothEngines]
    public async Task What_a_gateway_that_died_had_set_aside_is_free_for_the_next(EngineName engine)
    {
        using var store = new TestStore(engine);
        var cells = new TestCells();
        var gateway = await store.StartAsync(cells);
        var (poor, key) = await gateway.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 2_000 });
        Assert.NotNull(await gateway.Gateway.Ledger.ReserveAsync(key.Id, "lost", 2_000));
        Assert.Null(await gateway.Gateway.Ledger.ReserveAsync(key.Id, "second", 2_000));
        await gateway.StopAsync();

        await using var next = await store.StartAsync(cells);

        (await next.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", poor))).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task A_rate_is_held_and_told(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        var (slow, _) = await gateway.Keys.CreateAsync(new KeyTerms("slow") { RatePerMinute = 12 });
        Task<Answer> Execute() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", slow));

        var first = (await Execute()).MustBeResult();
        Assert.Equal("\"rate\";q=12;w=60", first.Header("RateLimit-Policy"));
        Assert.Equal("\"rate\";r=1;t=5", first.Header("RateLimit"));
        (await Execute()).MustBeResult();
        var refused = (await Execute()).MustBe(429, "rate_limited");
        Assert.Equal("5", refused.Header("Retry-After"));
        Assert.Equal("\"rate\";r=0;t=10", refused.Header("RateLimit"));

        time.Advance(TimeSpan.FromSeconds(5));
        (await Execute()).MustBeResult();
        (await Execute()).MustBe(429, "rate_limited");
        (await gateway.ExecuteAsync()).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task A_keys_concurrency_is_held_and_bothers_no_other_key(EngineName engine)
    {
        using var store = new TestStore(engine);
        var go = new TaskCompletionSource();
        await using var gateway = await store.StartAsync(async (_, _) =>
        {
            await go.Task;
            return TestGateway.Exit();
        });
        var (two, _) = await gateway.Keys.CreateAsync(new KeyTerms("two") { Concurrency = 2 });
        Task<Answer> Execute() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", two));

        Task<Answer>[] running = [Execute(), Execute()];
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Admitted == 2));
        var refused = (await Execute()).MustBe(429, "too_many_concurrent");
        var other = gateway.ExecuteAsync();
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Admitted == 3));
        go.SetResult();

        Assert.All([.. await Task.WhenAll(running), await other], answer => answer.MustBeResult());
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal("\"concurrency\";q=2;qu=\"concurrent-requests\"", refused.Header("RateLimit-Policy"));
        (await Execute()).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task A_revoked_key_is_refused_within_five_seconds(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        (await gateway.ExecuteAsync()).MustBeResult();

        Assert.True(await gateway.Keys.RevokeAsync(gateway.Key.Id));
        time.Advance(TimeSpan.FromSeconds(5));

        (await gateway.ExecuteAsync()).MustBe(401, "invalid_api_key");
    }

    [Theory, BothEngines]
    public async Task A_key_ends_when_it_expires_whatever_is_cached(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        var (brief, _) = await gateway.Keys.CreateAsync(new KeyTerms("brief") { ExpiresAt = time.GetUtcNow().AddSeconds(2) });
        Task<Answer> Execute() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", brief));

        (await Execute()).MustBeResult();
        time.Advance(TimeSpan.FromSeconds(2));

        (await Execute()).MustBe(401, "invalid_api_key");
    }

    [Theory, BothEngines]
    public async Task Bad_keys_from_one_address_are_slowed_and_good_ones_are_not(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time, "", ("Admission:FailuresPerMinute", "10"));
        Task<Answer> Guess() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", KeyFormat.Create()));
        for (var i = 0; i < 10; i++) (await Guess()).MustBe(401, "invalid_api_key");

        var slowed = (await Guess()).MustBe(429, "rate_limited");

        Assert.Equal("6", slowed.Header("Retry-After"));
        Assert.NotNull(slowed.Header("RateLimit-Policy"));
        (await gateway.ExecuteAsync()).MustBeResult();
        time.Advance(TimeSpan.FromSeconds(6));
        (await Guess()).MustBe(401, "invalid_api_key");
    }
}
