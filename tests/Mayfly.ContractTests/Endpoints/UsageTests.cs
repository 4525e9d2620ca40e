namespace Mayfly.ContractTests.Endpoints;

/// <summary>/v1/usage: the sum of what every answer said it cost. Alone, because nobody else may be charged meanwhile.</summary>
public sealed class UsageTests(Service service) : ServiceTests(service)
{
    [Fact(DisableParallelization = true), Case("K8")]
    public async Task Usage_grows_by_the_cost_of_the_answers_and_by_nothing_else()
    {
        var before = await CostAsync();
        var charged = 0m;
        foreach (var (language, code) in new[] { ("python", "print(1)"), ("python", "1 / 0"), ("python", "def"), ("python", "import os; os.abort()"), ("javascript", "1"), ("javascript", "throw 1") })
            charged += (await Service.ExecuteAsync(code, language)).Cost;

        Assert.Equal(6 * 0.002m, charged);
        Assert.Equal(before + charged, await CostAsync());
    }

    [Fact(DisableParallelization = true)]
    public async Task Refusals_and_replays_cost_nothing()
    {
        var body = Service.RequestBody("print(1)", "python");
        var key = $"\"usage-{Guid.NewGuid():N}\"";
        void WithKey(HttpRequestMessage r) => r.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        Execution.From(await Service.PostAsync(body, WithKey)).AssertExit(0);
        var before = await CostAsync();

        Problem.Expect(await Service.PostAsync(Service.RequestBody("1", "cobol")), 400);
        Problem.Expect(await Service.PostAsync(Service.RequestBody("", "python")), 400);
        Problem.Expect(await Service.PostAsync(body, r => r.Content!.Headers.ContentType = null), 415);
        Assert.Equal("true", (await Service.PostAsync(body, WithKey)).Header("Idempotency-Replayed"));
        Problem.Expect(await Service.PostAsync(Service.RequestBody("print(2)", "python"), WithKey), 422);

        Assert.Equal(before, await CostAsync());
    }

    [Fact(DisableParallelization = true), Case("H19")]
    public async Task A_client_that_hangs_up_is_charged_once()
    {
        var before = await CostAsync();
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var running = Service.SendAsync(Service.Post(Service.RequestBody("import time; time.sleep(8)", "python")), hangUp.Token);
        await Task.Delay(2000, Stop);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Task.Delay(2000, Stop);

        Assert.Equal(before + 0.002m, await CostAsync());
    }

    [Fact(DisableParallelization = true), Case("K8")]
    public async Task A_hundred_executions_at_once_are_charged_one_by_one()
    {
        var before = await CostAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Service.PythonAsync($"print({i})")));

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}\n"), results.Select(r => r.Stdout));
        Assert.Equal(before + results.Sum(r => r.Cost), await CostAsync());
    }

    private async Task<decimal> CostAsync()
    {
        var answer = await Service.GetAsync("/v1/usage");
        Assert.True(answer.Status == 200, answer.ToString());
        return answer.Json.GetProperty("cost").GetDecimal();
    }
}
