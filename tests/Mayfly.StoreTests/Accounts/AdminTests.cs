using System.Net.Http.Headers;
using System.Text;
using Mayfly.Accounts;
using Mayfly.Api;
using Mayfly.StoreTests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.StoreTests.Accounts;

/// <summary>/v1/admin, and what scopes open.</summary>
public sealed class AdminTests
{
    [Theory, BothEngines]
    public async Task Accounts_and_keys_are_made_changed_revoked_and_every_act_is_audited(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        var (admin, adminKey) = await gateway.Keys.CreateAsync(new KeyTerms("root") { Scopes = KeyScopes.Admin });

        Assert.Equal(201, (await SendAsync(gateway, admin, "POST", "/v1/admin/accounts", """{"name":"acme"}""")).Status);
        (await SendAsync(gateway, admin, "POST", "/v1/admin/accounts", """{"name":"acme"}""")).MustBe(409, "already_exists");
        var made = (await SendAsync(gateway, admin, "POST", "/v1/admin/keys", """{"name":"ci","account":"acme","ratePerMinute":60,"budgetUsd":0.004,"scopes":["execute"]}""")).Json;
        var (secret, id) = (made.GetProperty("key").GetString()!, made.GetProperty("id").GetInt64());
        Assert.Equal(("acme", 0.004m, 60), (made.GetProperty("account").GetString(), made.GetProperty("budgetUsd").GetDecimal(), made.GetProperty("ratePerMinute").GetInt32()));
        (await ExecuteAsync(gateway, secret)).MustBeResult();
        (await ExecuteAsync(gateway, secret)).MustBeResult();
        (await ExecuteAsync(gateway, secret)).MustBe(402, "insufficient_balance");

        var changed = (await SendAsync(gateway, admin, "PATCH", $"/v1/admin/keys/{id}", """{"budgetUsd":1,"ratePerMinute":null,"scopes":["execute","usage"]}""")).Json;
        Assert.False(changed.TryGetProperty("ratePerMinute", out _));
        Assert.Equal(("ci", 0.004m), (changed.GetProperty("name").GetString(), changed.GetProperty("spentUsd").GetDecimal()));
        time.Advance(TimeSpan.FromSeconds(5));
        (await ExecuteAsync(gateway, secret)).MustBeResult();
        Assert.Equal(0.006m, (await gateway.GetAsync("/v1/usage", secret)).Json.GetProperty("cost").GetDecimal());

        await gateway.Gateway.KeepHouseAsync(1);
        Assert.True((await SendAsync(gateway, admin, "GET", $"/v1/admin/keys/{id}")).Json.TryGetProperty("lastUsedAt", out _));
        Assert.Equal(204, (await SendAsync(gateway, admin, "DELETE", $"/v1/admin/keys/{id}")).Status);
        time.Advance(TimeSpan.FromSeconds(5));
        (await ExecuteAsync(gateway, secret)).MustBe(401, "invalid_api_key");
        Assert.Equal(204, (await SendAsync(gateway, admin, "DELETE", "/v1/admin/accounts/acme")).Status);

        var acts = (await SendAsync(gateway, admin, "GET", "/v1/admin/audit?limit=1000")).Json.GetProperty("acts").EnumerateArray()
            .Where(act => act.GetProperty("actor").GetString() == $"key {adminKey.Id}").Select(act => act.GetProperty("act").GetString());
        Assert.Equal(["account created", "key created", "key changed", "key revoked", "account closed"], acts);
        Assert.DoesNotContain(secret, string.Concat(await gateway.QueryAsync("SELECT detail || subject || act FROM audit")), StringComparison.Ordinal);
    }

    [Theory, BothEngines]
    public async Task A_closed_account_has_no_names_no_answers_and_no_key_that_works_and_keeps_its_charges(EngineName engine)
    {
        using var store = new TestStore(engine);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var gateway = await store.StartAsync(new TestCells(), time);
        Assert.NotNull(await gateway.Gateway.Accounts.CreateAsync("acme"));
        var (secret, key) = await gateway.Keys.CreateAsync(new KeyTerms("ci"), "acme");
        (await gateway.ExecuteAsync(change: request =>
        {
            request.Headers.Authorization = new("Bearer", secret);
            request.Headers.Add("Idempotency-Key", "one");
        })).MustBeResult();

        Assert.True(await gateway.Gateway.Accounts.CloseAsync("acme"));
        Assert.False(await gateway.Gateway.Accounts.CloseAsync("acme"));
        time.Advance(TimeSpan.FromSeconds(5));

        (await ExecuteAsync(gateway, secret)).MustBe(401, "invalid_api_key");
        Assert.Equal(["0"], await gateway.QueryAsync("SELECT COUNT(*) FROM idempotency"));
        Assert.Equal([$"key {key.Id}"], await gateway.QueryAsync($"SELECT name FROM api_keys WHERE id = {key.Id}"));
        Assert.Equal(["2000"], await gateway.QueryAsync($"SELECT CAST(SUM(micro_usd) AS BIGINT) FROM charges WHERE account_id = {key.AccountId}"));
        await Assert.ThrowsAsync<ArgumentException>(() => gateway.Keys.CreateAsync(new KeyTerms("late"), "acme"));
    }

    [Theory]
    [InlineData(KeyScopes.Execute, 200, 403, 403)]
    [InlineData(KeyScopes.Usage, 403, 200, 403)]
    [InlineData(KeyScopes.Admin, 403, 403, 200)]
    [InlineData(KeyScopes.Execute | KeyScopes.Usage | KeyScopes.Admin, 200, 200, 200)]
    internal async Task A_scope_opens_its_own_door_and_no_other(KeyScopes scopes, int execute, int usage, int admin)
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync();
        var (secret, _) = await gateway.Keys.CreateAsync(new KeyTerms("a") { Scopes = scopes });

        Assert.Equal(
            (execute, usage, admin),
            ((await ExecuteAsync(gateway, secret)).Status, (await gateway.GetAsync("/v1/usage", secret)).Status, (await gateway.GetAsync("/v1/admin/keys", secret)).Status));
    }

    [Fact]
    public async Task Another_accounts_usage_needs_the_scope_admin()
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync();
        Assert.NotNull(await gateway.Gateway.Accounts.CreateAsync("acme"));
        var (theirs, _) = await gateway.Keys.CreateAsync(new KeyTerms("a"), "acme");
        var (all, _) = await gateway.Keys.CreateAsync(new KeyTerms("b") { Scopes = ScopeNames.All });
        (await ExecuteAsync(gateway, theirs)).MustBeResult();

        (await gateway.GetAsync("/v1/usage?account=acme", gateway.Secret)).MustBe(403, "insufficient_scope");
        Assert.Equal(0.002m, (await gateway.GetAsync("/v1/usage?account=acme", all)).Json.GetProperty("cost").GetDecimal());
        Assert.Equal(0m, (await gateway.GetAsync("/v1/usage", all)).Json.GetProperty("cost").GetDecimal());
        (await gateway.GetAsync("/v1/usage?account=nobody", all)).MustBe(404, "not_found");
    }

    [Theory]
    [InlineData("""{"nam":"a"}""", "invalid_request")]
    [InlineData("""{"name":""}""", "invalid_request")]
    [InlineData("""{"name":"a","name":"b"}""", "invalid_json")]
    [InlineData("""{"name":"a","budgetUsd":-1}""", "invalid_request")]
    [InlineData("""{"name":"a","budgetUsd":0.0000001}""", "invalid_request")]
    [InlineData("""{"name":"a","budgetUsd":"1"}""", "invalid_request")]
    [InlineData("""{"name":"a","ratePerMinute":0}""", "invalid_request")]
    [InlineData("""{"name":"a","ratePerMinute":1.5}""", "invalid_request")]
    [InlineData("""{"name":"a","scopes":[]}""", "invalid_request")]
    [InlineData("""{"name":"a","scopes":["root"]}""", "invalid_request")]
    [InlineData("""{"name":"a","expiresAt":"tomorrow"}""", "invalid_request")]
    [InlineData("""{"name":"a","account":"nobody"}""", "invalid_request")]
    [InlineData("[1]", "invalid_request")]
    [InlineData("{", "invalid_json")]
    [InlineData("", "invalid_json")]
    public async Task What_makes_no_sense_is_refused_and_makes_no_key(string body, string code)
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync();
        var (admin, _) = await gateway.Keys.CreateAsync(new KeyTerms("root") { Scopes = KeyScopes.Admin });

        (await SendAsync(gateway, admin, "POST", "/v1/admin/keys", body)).MustBe(400, code);

        Assert.Equal(["2"], await gateway.QueryAsync("SELECT COUNT(*) FROM api_keys"));
    }

    [Fact]
    public async Task A_list_comes_in_pages()
    {
        using var store = new TestStore(EngineName.Sqlite);
        await using var gateway = await store.StartAsync();
        var (admin, _) = await gateway.Keys.CreateAsync(new KeyTerms("root") { Scopes = KeyScopes.Admin });
        for (var i = 0; i < 5; i++) await gateway.Keys.CreateAsync(new KeyTerms($"key {i}"));

        var names = new List<string?>();
        long? after = 0;
        while (after is not null)
        {
            var page = (await gateway.GetAsync($"/v1/admin/keys?limit=3&after={after}", admin)).Json;
            names.AddRange(page.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()));
            after = page.TryGetProperty("next", out var next) ? next.GetInt64() : null;
        }

        Assert.Equal(["test", "root", "key 0", "key 1", "key 2", "key 3", "key 4"], names);
    }

    [Theory, BothEngines]
    public async Task A_bootstrap_key_is_the_first_key_or_none(EngineName engine)
    {
        using var store = new TestStore(engine);
        var secret = KeyFormat.Create();
        var stores = Enumerable.Range(0, 4).Select(_ => new KeyStore(store.Open(), TimeProvider.System)).ToList();

        var made = await Task.WhenAll(stores.Select(keys => Task.Run(() => keys.BootstrapAsync(secret))));

        Assert.Single(made, true);
        var key = Assert.Single(await stores[0].ListAsync());
        Assert.Equal(ScopeNames.All, key.Scopes);
        Assert.True(await stores[0].RevokeAsync(key.Id));
        Assert.False(await stores[1].BootstrapAsync(secret));
        await using var gateway = await store.StartAsync(new TestCells(), null, "", ("Bootstrap_Key", secret));
        (await ExecuteAsync(gateway, secret)).MustBe(401, "invalid_api_key");
    }

    [Fact]
    public async Task A_gateway_makes_its_bootstrap_key_and_names_it_nowhere()
    {
        using var store = new TestStore(EngineName.Sqlite);
        var secret = KeyFormat.Create();
        await using var gateway = await store.StartAsync(new TestCells(), null, "", ("Bootstrap_Key", secret));

        Assert.Equal(200, (await SendAsync(gateway, secret, "GET", "/v1/admin/keys")).Status);
        Assert.DoesNotContain(secret, gateway.Log.Text, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<OptionsException>(() => store.StartAsync(new TestCells(), null, "", ("Bootstrap_Key", secret + "x")));
        Assert.DoesNotContain(secret, wrong.Message, StringComparison.Ordinal);
    }

    internal static Task<Answer> ExecuteAsync(TestGateway gateway, string secret) => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", secret));

    internal static async Task<Answer> SendAsync(TestGateway gateway, string secret, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await gateway.SendAsync(request);
    }
}
