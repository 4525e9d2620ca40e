using System.Collections.Concurrent;
using System.Globalization;
using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Gateways;

/// <summary>A gateway that is killed again and again: each request is answered once and charged once, to the micro-dollar.</summary>
/// <remarks>How often and how many: MAYFLY_CHAOS_KILLS and MAYFLY_CHAOS_EXECUTIONS; <c>./mayfly chaos billing</c> sets the large numbers.</remarks>
public sealed class BillingChaosTests
{
    private static readonly int Kills = Setting("MAYFLY_CHAOS_KILLS", 3);
    private static readonly int Executions = Setting("MAYFLY_CHAOS_EXECUTIONS", 240);

    [Theory, BothEngines]
    public async Task Killed_at_random_points_it_charges_every_answer_once_and_nothing_else(EngineName engine)
    {
        using var store = new TestStore(engine);
        var keys = new KeyStore(store.Database, TimeProvider.System);
        string[] secrets =
        [
            (await keys.CreateAsync(new KeyTerms("open"))).Secret,
            (await keys.CreateAsync(new KeyTerms("budget") { BudgetMicroUsd = 2_000L * Executions })).Secret,
        ];
        using var gateway = GatewayProcess.Start(store, "gateway", ("TESTDELAYMS", "5"));
        var (answered, unanswered, next, done) = (new ConcurrentBag<Answer>(), 0, 0, 0);

        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            // Half of them can repeat their request under its key until they have its answer; the others give up.
            while (Interlocked.Increment(ref next) is var number && number <= Executions)
            {
                var (secret, key) = (secrets[number / 2 % 2], number % 2 == 0 ? $"request {number}" : null);
                var answer = await gateway.TryExecuteAsync(secret, TestGateway.Body(), key);
                while (key is not null && answer is not { Status: 200 })
                {
                    if (answer is not null) Assert.Contains(answer.Status, (int[])[409, 503]);
                    await Task.Delay(20);
                    answer = await gateway.TryExecuteAsync(secret, TestGateway.Body(), key);
                }

                if (answer is { Status: 200 }) answered.Add(answer);
                else Interlocked.Increment(ref unanswered);
                Interlocked.Increment(ref done);
            }
        })).ToArray();

        var random = new Random(Environment.TickCount);
        for (var kill = 1; kill <= Kills; kill++)
        {
            // Spread over the work, and at a random moment of it.
            var from = Executions * kill / (Kills + 1);
            while (Volatile.Read(ref done) < from && !clients.All(client => client.IsCompleted)) await Task.Delay(1, TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(0, 15), TestContext.Current.CancellationToken);
            gateway.KillAndRestart();
        }

        await Task.WhenAll(clients);
        gateway.KillAndRestart();

        var charged = await RowsAsync(store, "SELECT execution_id FROM charges");
        var voided = await RowsAsync(store, "SELECT execution_id FROM voided");
        var repeatable = Executions / 2;

        // Every answer that cost something has its row. A replay bears the id of the request that asked for it, so those are counted.
        Assert.All(answered.Where(answer => answer.Header("Idempotency-Replayed") is null), answer => Assert.Contains(answer.Header("X-Request-Id"), charged));
        Assert.All(answered, answer => Assert.Equal(0.002m, answer.Json.GetProperty("cost").GetDecimal()));
        Assert.Equal(repeatable, store.Scalar("SELECT COUNT(*) FROM idempotency WHERE answer IS NOT NULL"));

        // The rest are requests whose connection was cut between the commit and the answer, at most as many as got no answer.
        Assert.Equal(Executions, answered.Count + unanswered);
        Assert.InRange(charged.Count, answered.Count, answered.Count + unanswered);
        Assert.Empty(charged.Intersect(voided));
        Assert.Equal(charged.Count * 2_000L, store.Scalar("SELECT CAST(SUM(spent_micro_usd) AS BIGINT) FROM api_keys"));
        Assert.Equal(0, store.Scalar("SELECT COUNT(*) FROM reservations"));
        Assert.Equal(0, store.Scalar("SELECT COUNT(*) FROM idempotency WHERE answer IS NULL"));
        TestContext.Current.SendDiagnosticMessage($"{engine}: {Executions} requests, {Kills} kills: {answered.Count} answers, {unanswered} without, {charged.Count} charges, {voided.Count} voided");
    }

    private static async Task<HashSet<string?>> RowsAsync(TestStore store, string sql)
    {
        await using var connection = store.Connect();
        return [.. await Dapper.SqlMapper.QueryAsync<string>(connection, sql)];
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
