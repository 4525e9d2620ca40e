using Mayfly.Dispatch;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Ledger;

public sealed class IdempotencyTests
{
    [Theory]
    [InlineData(EngineName.Sqlite, "a")]
    [InlineData(EngineName.Postgres, "a")]
    [InlineData(EngineName.Sqlite, "\u0001\ud83d\ude00<é")]
    [InlineData(EngineName.Postgres, "\u0001\ud83d\ude00<é")]
    public async Task A_repeated_request_gets_the_first_answer_and_costs_nothing(EngineName engine, string output)
    {
        using var store = new TestStore(engine);
        var number = 0;
        await using var gateway = await store.StartAsync((_, _) => Task.FromResult(TestGateway.Exit(number++) with { Stdout = string.Concat(Enumerable.Repeat(output, 100_000)) }));

        var first = (await SendAsync(gateway, "key")).MustBeResult();
        var second = (await SendAsync(gateway, "key")).MustBeResult();

        Assert.Equal(first.Text, second.Text);
        Assert.Null(first.Header("Idempotency-Replayed"));
        Assert.Equal("true", second.Header("Idempotency-Replayed"));
        Assert.NotEqual(first.Header("X-Request-Id"), second.Header("X-Request-Id"));
        Assert.Equal(1, number);
        Assert.Equal(["1"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
    }

    [Theory]
    [InlineData(EngineName.Sqlite, "key", "\"key\"")]
    [InlineData(EngineName.Postgres, "key", "\"key\"")]
    [InlineData(EngineName.Sqlite, "\"a key\"", "a key")]
    [InlineData(EngineName.Postgres, "\"a key\"", "a key")]
    public async Task Bare_and_quoted_are_the_same_key(EngineName engine, string one, string other)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();

        (await SendAsync(gateway, one)).MustBeResult();

        Assert.Equal("true", (await SendAsync(gateway, other)).MustBeResult().Header("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(EngineName.Sqlite, "")]
    [InlineData(EngineName.Postgres, "")]
    [InlineData(EngineName.Sqlite, "\"\"")]
    [InlineData(EngineName.Postgres, "\"\"")]
    [InlineData(EngineName.Sqlite, "LONG")]
    [InlineData(EngineName.Postgres, "LONG")]
    [InlineData(EngineName.Sqlite, "a\tb")]
    [InlineData(EngineName.Postgres, "a\tb")]
    [InlineData(EngineName.Sqlite, "é")]
    [InlineData(EngineName.Postgres, "é")]
    public async Task A_key_that_is_none_is_refused(EngineName engine, string key)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        var value = key == "LONG" ? new string('a', 256) : key;

        var raw = await gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {gateway.Secret}\r\nIdempotency-Key: {value}\r\nContent-Type: application/json\r\nContent-Length: {TestGateway.Body().Length}\r\n\r\n{TestGateway.Body()}");

        Assert.StartsWith("HTTP/1.1 400 ", raw, StringComparison.Ordinal);
        (await SendAsync(gateway, new string('a', 255))).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task Another_body_is_refused(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        (await SendAsync(gateway, "key")).MustBeResult();

        (await SendAsync(gateway, "key", TestGateway.Body("print(2)"))).MustBe(422, "idempotency_key_reused");
    }

    [Theory, BothEngines]
    public async Task Of_fifty_at_once_one_runs_and_the_others_are_told_to_wait(EngineName engine)
    {
        using var store = new TestStore(engine);
        var go = new TaskCompletionSource();
        var cells = new TestCells
        {
            Run = async (_, _) =>
            {
                await go.Task;
                return TestGateway.Exit();
            },
        };
        await using var gateway = await store.StartAsync(cells);

        var answers = Enumerable.Range(0, 50).Select(_ => SendAsync(gateway, "key")).ToList();
        await TestGateway.UntilAsync(() => Task.FromResult(answers.Count(answer => answer.IsCompleted) == 49));
        go.SetResult();
        var done = await Task.WhenAll(answers);

        Assert.Single(done, answer => answer.Status == 200);
        Assert.All(done.Where(answer => answer.Status != 200), answer => Assert.NotNull(answer.MustBe(409, "idempotency_key_in_flight").Header("Retry-After")));
        Assert.Equal(1, cells.Executions);
        Assert.Equal(["1"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal("true", (await SendAsync(gateway, "key")).Header("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(EngineName.Sqlite, "Overloaded")]
    [InlineData(EngineName.Postgres, "Overloaded")]
    [InlineData(EngineName.Sqlite, "CellLost")]
    [InlineData(EngineName.Postgres, "CellLost")]
    public async Task A_failure_frees_the_key(EngineName engine, string cause)
    {
        using var store = new TestStore(engine);
        var fail = true;
        await using var gateway = await store.StartAsync((_, _) => Task.FromResult(fail ? TestGateway.Failed(Enum.Parse<FaultCause>(cause)) : TestGateway.Exit()));
        Assert.True((await SendAsync(gateway, "key")).Status >= 500);
        fail = false;

        Assert.Null((await SendAsync(gateway, "key", TestGateway.Body("another"))).MustBeResult().Header("Idempotency-Replayed"));
    }

    [Theory, BothEngines]
    public async Task A_refusal_never_takes_the_key(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        (await SendAsync(gateway, "key", "{}")).MustBe(400, "code_required");
        (await SendAsync(gateway, "key", """{"code":"x","language":"ruby"}""")).MustBe(400, "unsupported_language");

        (await SendAsync(gateway, "key")).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task A_bug_frees_the_key(EngineName engine)
    {
        using var store = new TestStore(engine);
        var fail = true;
        await using var gateway = await store.StartAsync((_, _) => fail ? throw new InvalidOperationException() : Task.FromResult(TestGateway.Exit()));
        (await SendAsync(gateway, "key")).MustBe(500, "infrastructure_failure");
        fail = false;

        (await SendAsync(gateway, "key")).MustBeResult();
    }

    [Theory, BothEngines]
    public async Task Keys_are_the_accounts_and_not_another_keys(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync();
        var (sibling, _) = await gateway.Keys.CreateAsync(new("sibling"));
        (await SendAsync(gateway, "key")).MustBeResult();

        var answer = await gateway.ExecuteAsync(change: request =>
        {
            request.Headers.Authorization = new("Bearer", sibling);
            request.Headers.Add("Idempotency-Key", "key");
        });

        Assert.Equal("true", answer.MustBeResult().Header("Idempotency-Replayed"));
    }

    [Theory, BothEngines]
    public async Task After_a_day_the_key_is_new(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        (await SendAsync(gateway, "key")).MustBeResult();

        time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMinutes(1));
        Assert.Equal("true", (await SendAsync(gateway, "key")).Header("Idempotency-Replayed"));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null((await SendAsync(gateway, "key", TestGateway.Body("another"))).MustBeResult().Header("Idempotency-Replayed"));
    }

    [Theory, BothEngines]
    public async Task An_answer_outlives_its_gateway_and_an_unanswered_claim_does_not(EngineName engine)
    {
        using var store = new TestStore(engine);
        var cells = new TestCells();
        var gateway = await store.StartAsync(cells);
        (await SendAsync(gateway, "answered")).MustBeResult();
        await gateway.Gateway.Idempotency.ClaimAsync(1, new("running", [1]), "lost");
        await gateway.StopAsync();

        await using var next = await store.StartAsync(cells);

        Assert.Equal("true", (await SendAsync(next, "answered")).MustBeResult().Header("Idempotency-Replayed"));
        Assert.Null((await SendAsync(next, "running")).MustBeResult().Header("Idempotency-Replayed"));
        Assert.Equal(2, cells.Executions);
    }

    [Theory, BothEngines]
    public async Task What_an_account_keeps_is_bounded_and_the_oldest_goes_first(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var random = new Random(1);
        await using var gateway = await store.StartAsync(
            new TestCells { Run = (_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = string.Concat(Enumerable.Range(0, 300_000).Select(_ => (char)random.Next(0x4E00, 0x9FFF))) }) },
            time, "", ("Idempotency:BytesPerAccount", "1048576"));
        foreach (var key in (string[])["a", "b", "c"])
        {
            (await SendAsync(gateway, key)).MustBeResult();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await gateway.Gateway.Idempotency.TrimAsync();

        var kept = await gateway.QueryAsync("SELECT SUM(answer_bytes) FROM idempotency");
        Assert.InRange(long.Parse(kept[0], System.Globalization.CultureInfo.InvariantCulture), 1, 1_048_576);
        Assert.Equal("true", (await SendAsync(gateway, "c")).Header("Idempotency-Replayed"));
        Assert.Null((await SendAsync(gateway, "a")).Header("Idempotency-Replayed"));
    }

    private static Task<Answer> SendAsync(TestGateway gateway, string key, string? body = null) =>
        gateway.ExecuteAsync(body, request => request.Headers.TryAddWithoutValidation("Idempotency-Key", key));
}
