using System.Diagnostics;
using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Gateways;

/// <summary>Three gateway processes, one PostgreSQL, one Valkey: what a key may do does not depend on how many there are.</summary>
public sealed class SeveralGatewaysTests : IAsyncLifetime
{
    private TestStore _store = null!;
    private KeyStore _keys = null!;
    private GatewayProcess[] _gateways = [];

    public async ValueTask InitializeAsync()
    {
        _store = new TestStore(EngineName.Postgres);
        _keys = new KeyStore(_store.Database, TimeProvider.System);
        _gateways = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Task.Run(() => GatewayProcess.Start(
            _store, $"gateway-{i}", ("VALKEY__CONNECTION", SharedServers.Valkey.Connection), ("VALKEY__PREFIX", _store.Directory), ("VALKEY__TIMEOUTMS", "5000"), ("TESTDELAYMS", "20")))));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) gateway.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Budgets_idempotency_keys_rates_and_revocation_hold_across_all()
    {
        await Of_a_hundred_at_once_on_a_budget_for_one_one_runs();
        await Of_fifty_at_once_with_one_idempotency_key_one_runs();
        await A_rate_is_held_by_all_together();
        await A_concurrency_is_held_by_all_together();
        await A_revoked_key_is_refused_by_all_within_five_seconds();

        // The ledger is whole.
        Assert.Equal(_store.Scalar("SELECT CAST(SUM(micro_usd) AS BIGINT) FROM charges"), _store.Scalar("SELECT CAST(SUM(spent_micro_usd) AS BIGINT) FROM api_keys"));
        Assert.Equal(0, _store.Scalar("SELECT COUNT(*) FROM reservations"));
        Assert.Equal(0, _store.Scalar("SELECT COUNT(*) FROM voided"));
        Assert.Equal(3, _store.Scalar("SELECT COUNT(*) FROM gateways"));
    }

    private async Task Of_a_hundred_at_once_on_a_budget_for_one_one_runs()
    {
        var (secret, key) = await _keys.CreateAsync(new KeyTerms("poor") { BudgetMicroUsd = 3_999 });

        var answers = await AllAtOnceAsync(100, secret);

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.MustBe(402, "insufficient_balance"));
        Assert.Equal(1, _store.Scalar($"SELECT COUNT(*) FROM charges WHERE key_id = {key.Id}"));
    }

    private async Task Of_fifty_at_once_with_one_idempotency_key_one_runs()
    {
        var (secret, key) = await _keys.CreateAsync(new KeyTerms("repeating"));

        var answers = await AllAtOnceAsync(50, secret, "one");

        // Whoever came when the first had ended got its answer, the others were told to wait.
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.MustBe(409, "idempotency_key_in_flight"));
        Assert.Single(answers, answer => answer.Status == 200 && answer.Header("Idempotency-Replayed") is null);
        Assert.Equal(1, _store.Scalar($"SELECT COUNT(*) FROM charges WHERE key_id = {key.Id}"));
        Assert.Single((await AllAtOnceAsync(3, secret, "one")).Select(answer => answer.MustBeResult().Text).Distinct());
    }

    private async Task A_rate_is_held_by_all_together()
    {
        // 20 a second, 200 at once.
        var (secret, key) = await _keys.CreateAsync(new KeyTerms("fast") { RatePerMinute = 1_200 });
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(5)) await _gateways[i % 3].TryExecuteAsync(secret, TestGateway.Body());
        }));

        var ran = _store.Scalar($"SELECT COUNT(*) FROM charges WHERE key_id = {key.Id}");
        Assert.InRange(ran, 1, 200 + (clock.Elapsed.TotalSeconds * 20 * 1.02));
        TestContext.Current.SendDiagnosticMessage($"rate: {ran} ran in {clock.Elapsed.TotalSeconds:0.0} s, allowed {200 + (clock.Elapsed.TotalSeconds * 20):0}");
    }

    private async Task A_concurrency_is_held_by_all_together()
    {
        var (secret, _) = await _keys.CreateAsync(new KeyTerms("narrow") { Concurrency = 2 });

        var answers = await AllAtOnceAsync(60, secret);

        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.MustBe(429, "too_many_concurrent"));
        await TestGateway.UntilAsync(async () => (await _gateways[0].TryExecuteAsync(secret, TestGateway.Body()))!.Status == 200);
    }

    private async Task A_revoked_key_is_refused_by_all_within_five_seconds()
    {
        var (secret, key) = await _keys.CreateAsync(new KeyTerms("revoked"));
        Assert.All(await AllAtOnceAsync(3, secret), answer => answer.MustBeResult());

        Assert.True(await _keys.RevokeAsync(key.Id));
        await Task.Delay(5_000, TestContext.Current.CancellationToken);

        Assert.All(await AllAtOnceAsync(3, secret), answer => answer.MustBe(401, "invalid_api_key"));
    }

    private async Task<Answer[]> AllAtOnceAsync(int number, string secret, string? idempotencyKey = null) =>
        (await Task.WhenAll(Enumerable.Range(0, number).Select(i => _gateways[i % 3].TryExecuteAsync(secret, TestGateway.Body(), idempotencyKey))))
        .Select(answer => answer ?? throw new InvalidOperationException("no answer came")).ToArray();
}
