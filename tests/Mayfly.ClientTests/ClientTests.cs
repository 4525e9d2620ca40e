using System.Net;
using System.Text.Json;
using Mayfly.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Mayfly.ClientTests;

public sealed class ClientTests
{
    private const string Key = "uc-secret";
    private const string Answer = """{"stdout":"1\n","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":9,"timedOut":false,"error":null,"cost":0.002,"newerField":1}""";

    private static readonly ExecuteRequest Program = new("print(1)", Languages.Python);

    private static readonly ExecuteResult Result = new()
    {
        Stdout = "1\n", Stderr = "", ExitCode = 0, ExecutionTimeMs = 1.5, MemoryUsageMb = 9, TimedOut = false, Error = null, Cost = 0.002m, RequestId = "r1",
    };

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_result_has_the_contracts_fields_and_the_requests_id() =>
        Assert.Equal(Result, await Client(new Answering(Answer)).CodeSandbox.ExecuteAsync(Program, cancellationToken: Now));

    [Fact]
    public async Task Truncated_and_termination_are_there_when_the_answer_has_them()
    {
        var result = await Client(new Answering(Answer.Replace("\"newerField\":1", """
            "truncated":{"stdout":true},"termination":"signal"
            """, StringComparison.Ordinal))).ExecuteAsync(Program, cancellationToken: Now);
        Assert.Equal((new Truncated { Stdout = true }, "signal"), (result.Truncated, result.Termination));
    }

    [Fact]
    public async Task The_raw_response_has_status_headers_and_body()
    {
        var (result, response) = await Client(new Answering(Answer)).ExecuteWithResponseAsync(Program, cancellationToken: Now);
        Assert.Equal("1\n", result.Stdout);
        Assert.Equal(200, response.Status);
        Assert.Equal(["o"], response.Headers.GetValues("X-Other"));
        Assert.Equal(1, JsonDocument.Parse(response.Body).RootElement.GetProperty("newerField").GetInt32());
    }

    [Theory]
    [InlineData("""{"stdout":"","stderr":"","executionTimeMs":1.5,"memoryUsageMb":9,"timedOut":false,"error":null,"cost":0.002}""")]
    [InlineData("""{"stdout":null,"stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":9,"timedOut":false,"error":null,"cost":0.002}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task An_answer_without_a_result_is_none(string body) =>
        await Assert.ThrowsAsync<MayflyInfrastructureException>(() => Client(new Answering(body)).ExecuteAsync(Program, new CallOptions { MaxRetries = 0 }, Now));

    [Fact]
    public async Task Tools_are_asked_for_by_their_format_and_passed_on_as_they_come()
    {
        var answering = new Answering("[{\"name\":\"run_code\",\"newerField\":1}]");
        var tool = Assert.Single(await Client(answering, "http://mayfly.test").CodeSandbox.ToolsAsync(ToolFormats.Anthropic, cancellationToken: Now));
        Assert.Equal("{\"name\":\"run_code\",\"newerField\":1}", tool.GetRawText());
        var asked = Assert.Single(answering.Asked);
        Assert.Equal(("http://mayfly.test/v1/code-sandbox/tools?format=anthropic", null), (asked.Url, asked.Idempotency));
    }

    [Theory]
    [InlineData("{\"name\":\"run_code\"}")]
    [InlineData("[1]")]
    public async Task An_answer_that_lists_no_tools_is_none(string body) =>
        await Assert.ThrowsAsync<MayflyInfrastructureException>(() => Client(new Answering(body)).CodeSandbox.ToolsAsync(ToolFormats.OpenAI, new CallOptions { MaxRetries = 0 }, Now));

    [Theory]
    [InlineData("http://mayfly.test:1234/behind/a/proxy/", "http://mayfly.test:1234/behind/a/proxy/v1/code-sandbox/execute")]
    [InlineData("http://mayfly.test", "http://mayfly.test/v1/code-sandbox/execute")]
    public async Task Requests_go_to_the_base_url_with_the_key(string baseUrl, string url)
    {
        var answering = new Answering(Answer);
        await Client(answering, baseUrl).ExecuteAsync(Program, cancellationToken: Now);
        var asked = Assert.Single(answering.Asked);
        Assert.Equal((url, $"Bearer {Key}", Transport.UserAgent), (asked.Url, asked.Authorization, asked.UserAgent));
    }

    [Fact]
    public void The_user_agent_has_the_packages_version() => Assert.StartsWith($"mayfly-dotnet/{typeof(MayflyClient).Assembly.GetName().Version!.ToString(3)} dotnet/", Transport.UserAgent, StringComparison.Ordinal);

    [Fact]
    public void A_malformed_key_is_refused_and_not_shown() =>
        Assert.DoesNotContain(Key, Assert.Throws<MayflyException>(() => new MayflyClient(new MayflyOptions { ApiKey = $"{Key}\n" })).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("mayfly.test")]
    [InlineData("ftp://mayfly.test")]
    [InlineData("http://user:pass@mayfly.test")]
    [InlineData("http://mayfly.test/?a=b")]
    [InlineData("http://mayfly.test/#a")]
    public void A_malformed_base_url_is_refused(string baseUrl) => Assert.Throws<MayflyException>(() => Client(new Answering(Answer), baseUrl));

    [Fact]
    public async Task A_timeout_or_number_of_retries_that_makes_no_sense_is_refused()
    {
        Assert.Throws<MayflyException>(() => new MayflyClient(new MayflyOptions { ApiKey = Key, Timeout = TimeSpan.Zero }));
        Assert.Throws<MayflyException>(() => new MayflyClient(new MayflyOptions { ApiKey = Key, MaxRetries = -1 }));
        await Assert.ThrowsAsync<MayflyException>(() => Client(new Answering(Answer)).ExecuteAsync(Program, new CallOptions { Timeout = TimeSpan.FromDays(99) }, Now));
        await Assert.ThrowsAsync<MayflyException>(() => Client(new Answering(Answer)).ExecuteAsync(Program, new CallOptions { MaxRetries = -1 }, Now));
    }

    [Fact]
    public void The_key_is_in_no_printed_form()
    {
        var client = Client(new Answering(Answer));
        Assert.DoesNotContain(Key, JsonSerializer.Serialize(client) + client + client.CodeSandbox + new MayflyOptions { ApiKey = Key }, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_call_has_a_new_idempotency_key_or_the_callers()
    {
        var answering = new Answering(Answer);
        var client = Client(answering);
        await client.ExecuteAsync(Program, cancellationToken: Now);
        await client.ExecuteAsync(Program, cancellationToken: Now);
        await client.ExecuteAsync(Program, new CallOptions { IdempotencyKey = "mine" }, Now);
        Assert.Equal(3, answering.Asked.Select(asked => asked.Idempotency).Distinct().Count());
        Assert.Equal("mine", answering.Asked[2].Idempotency);
    }

    [Fact]
    public async Task A_call_cancelled_before_it_begins_sends_nothing()
    {
        var answering = new Answering(Answer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(answering).ExecuteAsync(Program, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Empty(answering.Asked);
    }

    [Fact]
    public async Task A_timeout_of_the_http_client_is_a_timeout()
    {
        using var http = new HttpClient(new Silent()) { Timeout = TimeSpan.FromMilliseconds(10) };
        using var client = new MayflyClient(http, new MayflyOptions { ApiKey = Key, MaxRetries = 0 });
        await Assert.ThrowsAsync<MayflyTimeoutException>(() => client.ExecuteAsync(Program, cancellationToken: Now));
    }

    [Fact]
    public async Task Among_services_its_requests_go_by_the_factory()
    {
        var answering = new Answering(Answer);
        var services = new ServiceCollection();
        services.AddMayfly(options => options.ApiKey = Key).ConfigurePrimaryHttpMessageHandler(() => answering);
        await using var provider = services.BuildServiceProvider();
        Assert.Equal(Result, await provider.GetRequiredService<MayflyClient>().ExecuteAsync(Program, cancellationToken: Now));
        Assert.Single(answering.Asked);
    }

    private static MayflyClient Client(Answering answering, string baseUrl = "http://mayfly.test") =>
        new(new HttpClient(answering), new MayflyOptions { ApiKey = Key, BaseUrl = baseUrl });

    private sealed record Asked(string Url, string? Authorization, string UserAgent, string? Idempotency);

    private sealed class Answering(string body) : HttpMessageHandler
    {
        public List<Asked> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(new Asked(request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString(), request.Headers.UserAgent.ToString(), request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null));
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) };
            response.Headers.Add("X-Request-Id", "r1");
            response.Headers.Add("X-Other", "o");
            return Task.FromResult(response);
        }
    }

    private sealed class Silent : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
