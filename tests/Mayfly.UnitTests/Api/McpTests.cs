using System.Net.Http.Headers;
using System.Text.Json;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Api;

/// <summary>/mcp, message by message; sdks/node/test/mcp.test.mjs has the protocol's own client as the counterpart.</summary>
public sealed class McpTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_code","arguments":{"code":"print(1)","language":"python"}}}""";

    [Fact]
    public async Task The_one_tool_is_described_with_the_limits_in_force()
    {
        await using var gateway = await TestGateway.StartAsync(TestGateway.Echo, ("Limits:TimeMs", "7000"));
        var tool = Assert.Single((await AskAsync(gateway, """{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}""")).GetProperty("tools").EnumerateArray());
        Assert.Equal("run_code", tool.GetProperty("name").GetString());
        Assert.Contains("7 s", tool.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains("256 MiB", tool.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(["code", "language"], tool.GetProperty("inputSchema").GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(8, tool.GetProperty("outputSchema").GetProperty("required").GetArrayLength());
    }

    [Fact]
    public async Task A_call_is_charged_like_any_execution()
    {
        await using var gateway = await TestGateway.StartAsync();
        var result = await AskAsync(gateway, Call);
        Assert.Equal("print(1)", Text(result));
        Assert.Equal(0.002m, result.GetProperty("structuredContent").GetProperty("cost").GetDecimal());
        var usage = (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json;
        Assert.Equal(1, usage.GetProperty("executions").GetInt32());
    }

    [Fact]
    public async Task A_program_that_fails_is_a_normal_answer()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit(3) with { Stderr = "Traceback" }));
        var result = await AskAsync(gateway, Call);
        Assert.False(IsError(result));
        Assert.Equal("stderr:\nTraceback\nexit code 3", Text(result));
    }

    [Fact]
    public async Task A_program_that_times_out_is_a_normal_answer()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit(124) with { Termination = Termination.Timeout, Stdout = "so far" }));
        var result = await AskAsync(gateway, Call);
        Assert.False(IsError(result));
        Assert.Equal("so far\nexit code 124, ended by: timeout", Text(result));
        Assert.True(result.GetProperty("structuredContent").GetProperty("timedOut").GetBoolean());
    }

    [Theory]
    [InlineData("""{"code":"print(1)","language":"ruby"}""", "unsupported_language")]
    [InlineData("""{"code":"","language":"python"}""", "code_required")]
    [InlineData("""{"language":"python"}""", "code_required")]
    public async Task A_refusal_is_an_error_with_its_remedy(string arguments, string code)
    {
        await using var gateway = await TestGateway.StartAsync();
        var result = await AskAsync(gateway, Call.Replace("""{"code":"print(1)","language":"python"}""", arguments, StringComparison.Ordinal));
        Assert.True(IsError(result));
        Assert.StartsWith($"{code}: ", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_the_service_is_an_error_and_costs_nothing()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(FaultCause.CellLost)));
        var result = await AskAsync(gateway, Call);
        Assert.True(IsError(result));
        Assert.StartsWith("infrastructure_failure: ", Text(result), StringComparison.Ordinal);
        Assert.DoesNotContain("secret detail", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_of_the_key_hold()
    {
        await using var gateway = await TestGateway.StartAsync(TestGateway.Echo, ("Admission:RatePerMinute", "1"));
        Assert.False(IsError(await AskAsync(gateway, Call)));
        Assert.StartsWith("rate_limited: ", Text(await AskAsync(gateway, Call)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_other_tool()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.True(IsError(await AskAsync(gateway, Call.Replace("run_code", "rm", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("uc-wrong")]
    public async Task Without_a_key_no_message_is_read(string? secret)
    {
        await using var gateway = await TestGateway.StartAsync();
        var answer = await PostAsync(gateway, "not even JSON", secret);
        Assert.Equal(401, answer.Status);
        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
    }

    private static string Text(JsonElement result) => Assert.Single(result.GetProperty("content").EnumerateArray()).GetProperty("text").GetString()!;

    private static bool IsError(JsonElement result) => result.TryGetProperty("isError", out var isError) && isError.GetBoolean();

    private static async Task<JsonElement> AskAsync(TestGateway gateway, string message)
    {
        var answer = await PostAsync(gateway, message, gateway.Secret);
        Assert.Equal(200, answer.Status);

        // An answer is one server-sent event.
        return JsonDocument.Parse(answer.Text[answer.Text.IndexOf('{', StringComparison.Ordinal)..].Trim()).RootElement.GetProperty("result");
    }

    private static async Task<Answer> PostAsync(TestGateway gateway, string message, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = new StringContent(message) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (secret is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return await gateway.SendAsync(request);
    }
}
