using Mayfly.Accounts;
using Mayfly.Ledger;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Ledger;

public sealed class UsageTests
{
    [Theory, BothEngines]
    public async Task Rows_come_in_pages_and_add_up_to_the_sums_whatever_was_pruned(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var gateway = await store.StartAsync(new TestCells(), time);
        var (other, _) = await gateway.Keys.CreateAsync(new KeyTerms("=1+1, \"other\""));
        for (var day = 0; day < 4; day++)
        {
            for (var i = 0; i < 3; i++)
            {
                var secret = i == 0 ? other : gateway.Secret;
                (await gateway.ExecuteAsync(TestGateway.Body("x", i == 1 ? "javascript" : "python"), request => request.Headers.Authorization = new("Bearer", secret))).MustBeResult();
            }

            time.Advance(TimeSpan.FromDays(1));
        }

        var before = await AllAsync(gateway);
        Assert.Equal(12, before.Count);
        Assert.Equal(0.024m, before.Sum(row => row.Cost));

        Assert.Equal(6, await new Retention(store.Database, time).PruneAsync(new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero), "test"));
        Assert.Equal(["6"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal(before, await AllAsync(gateway));
        Assert.Equal(0.024m, (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json.GetProperty("cost").GetDecimal());

        Assert.Equal(2, (await gateway.GetAsync("/v1/usage?from=2026-03-02&to=2026-03-03&language=javascript", gateway.Secret)).Json.GetProperty("executions").GetInt64());
        Assert.Equal(4, (await gateway.GetAsync($"/v1/usage?key={gateway.Key.Id}&language=python&outcome=exit", gateway.Secret)).Json.GetProperty("executions").GetInt64());
        Assert.Equal(0, (await gateway.GetAsync("/v1/usage?outcome=timeout", gateway.Secret)).Json.GetProperty("executions").GetInt64());
    }

    [Fact]
    public async Task Csv_is_a_table_without_formulas_and_says_where_it_goes_on()
    {
        using var store = new TestStore(EngineName.Sqlite);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var gateway = await store.StartAsync(new TestCells(), time);
        var (other, key) = await gateway.Keys.CreateAsync(new KeyTerms("=1+1, \"other\""));
        (await gateway.ExecuteAsync()).MustBeResult();
        (await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", other))).MustBeResult();

        var first = await gateway.GetAsync("/v1/usage/rows?format=csv&limit=1", gateway.Secret);
        var second = await gateway.GetAsync($"/v1/usage/rows?format=csv&limit=1&cursor={first.Header("Mayfly-Next-Cursor")}", gateway.Secret);

        const string Head = "day,key_id,key_name,last_four,language,outcome,executions,cost_usd\r\n";
        Assert.Equal("text/csv; charset=utf-8", first.Header("Content-Type"));
        Assert.Equal($"{Head}2026-03-01,{gateway.Key.Id},\"test\",{gateway.Key.LastFour},python,exit,1,0.002\r\n", first.Text);
        Assert.Equal($"{Head}2026-03-01,{key.Id},\"'=1+1, \"\"other\"\"\",{key.LastFour},python,exit,1,0.002\r\n", second.Text);
        Assert.Null(second.Header("Mayfly-Next-Cursor"));
    }

    [Theory]
    [InlineData("from=yesterday")]
    [InlineData("key=a")]
    [InlineData("cursor=!!")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("format=xml")]
    [InlineData("from=2026-01-01&from=2026-01-02")]
    public async Task A_question_that_is_not_understood_is_refused(string query)
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync();

        (await gateway.GetAsync($"/v1/usage/rows?{query}", gateway.Secret)).MustBe(400, "invalid_request");
    }

    private static async Task<List<(string?, long, string?, string?, long, decimal Cost)>> AllAsync(TestGateway gateway)
    {
        var rows = new List<(string?, long, string?, string?, long, decimal)>();
        for (var cursor = ""; ;)
        {
            var page = (await gateway.GetAsync($"/v1/usage/rows?limit=5{cursor}", gateway.Secret)).Json;
            Assert.InRange(page.GetProperty("rows").GetArrayLength(), 1, 5);
            rows.AddRange(page.GetProperty("rows").EnumerateArray().Select(row => (
                row.GetProperty("day").GetString(), row.GetProperty("keyId").GetInt64(), row.GetProperty("language").GetString(), row.GetProperty("outcome").GetString(),
                row.GetProperty("executions").GetInt64(), row.GetProperty("cost").GetDecimal())));
            if (!page.TryGetProperty("next", out var next)) return rows;
            cursor = $"&cursor={next.GetString()}";
        }
    }
}
