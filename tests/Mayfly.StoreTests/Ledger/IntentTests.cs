using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Ledger;

/// <summary>What is pending when a gateway dies is resolved once, by rule: not charged is void.</summary>
public sealed class IntentTests
{
    [Fact]
    public async Task What_a_gateway_that_is_silent_for_a_minute_had_pending_is_voided_by_another_and_cannot_be_charged_any_more()
    {
        using var store = new TestStore(EngineName.Postgres);
        var (running, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var silent = await store.StartAsync(async (_, _) =>
        {
            running.TrySetResult();
            await go.Task;
            return TestGateway.Exit();
        });
        await using var other = await store.StartAsync(new TestCells(), place: "other");
        var (poor, _) = await silent.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 2_000 });
        Task<Answer> ExecuteAsync(TestGateway gateway) => gateway.ExecuteAsync(change: request =>
        {
            request.Headers.Authorization = new("Bearer", poor);
            request.Headers.Add("Idempotency-Key", "one");
        });
        var first = ExecuteAsync(silent);
        await running.Task;
        (await ExecuteAsync(other)).MustBe(409, "idempotency_key_in_flight");

        await other.QueryAsync($"UPDATE gateways SET seen_at = seen_at - 61000 WHERE id = '{silent.Gateway.Registry.Id}'");
        await other.Gateway.KeepHouseAsync(1);
        var second = (await ExecuteAsync(other)).MustBeResult();
        go.SetResult();

        var late = (await first).MustBe(503, "infrastructure_failure");
        Assert.Equal(0, late.Json.GetProperty("cost").GetDecimal());
        Assert.Equal([second.Header("X-Request-Id")], await other.QueryAsync("SELECT execution_id FROM charges"));
        Assert.Equal([late.Header("X-Request-Id")], await other.QueryAsync("SELECT execution_id FROM voided"));
        Assert.Equal(["2000"], await other.QueryAsync($"SELECT spent_micro_usd FROM api_keys WHERE name = 'poor'"));
        Assert.Equal(["0"], await other.QueryAsync("SELECT COUNT(*) FROM reservations"));
    }

    [Theory, BothEngines]
    public async Task A_successor_at_the_same_place_voids_what_is_left_and_touches_nothing_of_others(EngineName engine)
    {
        using var store = new TestStore(engine);
        var cells = new TestCells();
        var dead = await store.StartAsync(cells);
        await using var alive = engine == EngineName.Postgres ? await store.StartAsync(cells, place: "alive") : null;
        var (_, key) = await dead.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 100_000 });
        Assert.NotNull(await dead.Gateway.Ledger.ReserveAsync(key.Id, "of the dead", 2_000));
        await dead.Gateway.Idempotency.ClaimAsync(key.AccountId, new("claimed", [1]), "of the dead");
        await dead.Gateway.Idempotency.ClaimAsync(key.AccountId, new("claimed too", [1]), "of the dead, too");
        if (alive is not null) Assert.NotNull(await alive.Gateway.Ledger.ReserveAsync(key.Id, "of the living", 2_000));
        await dead.StopAsync();

        await using var next = await store.StartAsync(cells);
        await next.Gateway.Registry.JoinAsync();

        Assert.Equal(["of the dead", "of the dead, too"], await next.QueryAsync("SELECT execution_id FROM voided ORDER BY execution_id"));
        Assert.Equal(alive is null ? [] : ["of the living"], await next.QueryAsync("SELECT execution_id FROM reservations"));
        Assert.Equal(["0"], await next.QueryAsync("SELECT COUNT(*) FROM idempotency"));
    }

    [Fact]
    public async Task Of_many_gateways_that_find_the_same_dead_one_all_void_each_execution_once()
    {
        using var store = new TestStore(EngineName.Postgres);
        await using var dead = await store.StartAsync();
        var (_, key) = await dead.Keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 1_000_000 });
        for (var i = 0; i < 50; i++) Assert.NotNull(await dead.Gateway.Ledger.ReserveAsync(key.Id, $"execution {i}", 2_000));
        var finders = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => store.StartAsync(new TestCells(), place: $"finder {i}")));
        await dead.QueryAsync($"UPDATE gateways SET seen_at = 0 WHERE id = '{dead.Gateway.Registry.Id}'");

        var found = await Task.WhenAll(finders.Select(finder => Task.Run(finder.Gateway.Registry.BeatAsync)));

        Assert.Equal(50, found.Sum());
        Assert.Equal(["50"], await dead.QueryAsync("SELECT COUNT(*) FROM voided"));
        foreach (var finder in finders) await finder.DisposeAsync();
    }

    [Theory, BothEngines]
    public async Task A_charge_whose_word_was_lost_and_whose_client_was_told_so_is_voided(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        (await gateway.ExecuteAsync(change: request => request.Headers.Add("Idempotency-Key", "one"))).MustBeResult();
        var id = (await gateway.QueryAsync("SELECT execution_id FROM charges"))[0];

        await gateway.Gateway.Ledger.VoidAsync(new() { ExecutionId = id, KeyId = gateway.Key.Id, AccountId = gateway.Key.AccountId, Language = "python", Outcome = "exit", ExitCode = 0, WallMs = 0, CpuMs = 0, PeakMemoryBytes = 0, MicroUsd = 2_000 });
        await gateway.Gateway.Ledger.VoidAsync(new() { ExecutionId = id, KeyId = gateway.Key.Id, AccountId = gateway.Key.AccountId, Language = "python", Outcome = "exit", ExitCode = 0, WallMs = 0, CpuMs = 0, PeakMemoryBytes = 0, MicroUsd = 2_000 });

        Assert.Equal(["0"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal(["0"], await gateway.QueryAsync("SELECT spent_micro_usd FROM api_keys"));
        Assert.Equal([id], await gateway.QueryAsync("SELECT execution_id FROM voided"));
        Assert.Null((await gateway.ExecuteAsync(change: request => request.Headers.Add("Idempotency-Key", "one"))).MustBeResult().Header("Idempotency-Replayed"));
    }
}
