using Mayfly.Client;

namespace Mayfly.ClientTests;

/// <summary>A running service, at MAYFLY_TEST_URL.</summary>
public sealed class LiveTests : IDisposable
{
    private readonly MayflyClient _client;

    public LiveTests()
    {
        Assert.SkipWhen(Url is null || Key is null, "needs a service: MAYFLY_TEST_URL and MAYFLY_TEST_KEY");
        _client = new MayflyClient(new MayflyOptions { BaseUrl = Url, ApiKey = Key });
    }

    private static string? Url => Environment.GetEnvironmentVariable("MAYFLY_TEST_URL");

    private static string? Key => Environment.GetEnvironmentVariable("MAYFLY_TEST_KEY");

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_python_and_javascript()
    {
        var python = await _client.ExecuteAsync(new ExecuteRequest("print(6 * 7)", Languages.Python), cancellationToken: Now);
        var javascript = await _client.CodeSandbox.ExecuteAsync(new ExecuteRequest("console.log(6 * 7)", Languages.JavaScript), cancellationToken: Now);
        Assert.Equal(("42\n", 0, "42\n", 0), (python.Stdout, python.ExitCode, javascript.Stdout, javascript.ExitCode));
        Assert.Equal(0.002m, python.Cost);
        Assert.NotNull(python.RequestId);
    }

    [Fact]
    public async Task A_program_that_fails_is_a_result() =>
        Assert.Equal(3, (await _client.ExecuteAsync(new ExecuteRequest("raise SystemExit(3)", Languages.Python), cancellationToken: Now)).ExitCode);

    [Fact]
    public async Task A_repeated_call_costs_once()
    {
        var program = new ExecuteRequest("import uuid; print(uuid.uuid4())", Languages.Python);
        var options = new CallOptions { IdempotencyKey = Guid.NewGuid().ToString() };
        var first = await _client.ExecuteAsync(program, options, Now);
        var (result, response) = await _client.ExecuteWithResponseAsync(program, options, Now);
        Assert.Equal(first.Stdout, result.Stdout);
        Assert.Equal(["true"], response.Headers.GetValues("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Describes_the_tool_for_each_interface_of_models()
    {
        var openai = Assert.Single(await _client.CodeSandbox.ToolsAsync(ToolFormats.OpenAI, cancellationToken: Now)).GetProperty("function");
        var anthropic = Assert.Single(await _client.CodeSandbox.ToolsAsync(ToolFormats.Anthropic, cancellationToken: Now));
        var mcp = Assert.Single(await _client.CodeSandbox.ToolsAsync(ToolFormats.Mcp, cancellationToken: Now));
        Assert.Equal(("run_code", "run_code", "run_code"), (openai.GetProperty("name").GetString(), anthropic.GetProperty("name").GetString(), mcp.GetProperty("name").GetString()));
        Assert.Equal(openai.GetProperty("parameters").GetRawText(), anthropic.GetProperty("input_schema").GetRawText());
        Assert.Contains("numpy", openai.GetProperty("description").GetString(), StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<MayflyInvalidRequestException>(() => _client.CodeSandbox.ToolsAsync("gemini", cancellationToken: Now));
        Assert.Equal("invalid_request", error.Code);
    }

    [Fact]
    public async Task A_wrong_key_is_an_authentication_error()
    {
        using var client = new MayflyClient(new MayflyOptions { BaseUrl = Url, ApiKey = "uc-wrong" });
        var error = await Assert.ThrowsAsync<MayflyAuthenticationException>(() => client.ExecuteAsync(new ExecuteRequest("print(1)", Languages.Python), cancellationToken: Now));
        Assert.Equal((401, "invalid_api_key"), (error.Status, error.Code));
    }

    [Fact]
    public async Task An_unknown_language_is_an_invalid_request_error()
    {
        var error = await Assert.ThrowsAsync<MayflyInvalidRequestException>(() => _client.ExecuteAsync(new ExecuteRequest("1", "ruby"), cancellationToken: Now));
        Assert.Equal("unsupported_language", error.Code);
    }

    public void Dispose() => _client?.Dispose();
}
