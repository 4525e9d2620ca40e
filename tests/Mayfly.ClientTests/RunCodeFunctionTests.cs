using System.Net;
using System.Text.Json;
using Mayfly.Client;
using Mayfly.Client.AI;
using Microsoft.Extensions.AI;

namespace Mayfly.ClientTests;

public sealed class RunCodeFunctionTests
{
    private const string Result = """{"stdout":"","stderr":"Traceback","exitCode":1,"executionTimeMs":1.5,"memoryUsageMb":9,"timedOut":false,"error":null,"cost":0.002}""";

    [Fact]
    public async Task A_program_that_fails_is_a_result_for_the_model()
    {
        var handler = new Answering(HttpStatusCode.OK, Result);
        var returned = await InvokeAsync(handler, new() { ["code"] = "raise", ["language"] = "python" });
        Assert.Equal(Result, returned.GetRawText());
        Assert.Equal("""{"code":"raise","language":"python"}""", handler.Body);
    }

    [Fact]
    public async Task Arguments_may_be_json()
    {
        var handler = new Answering(HttpStatusCode.OK, Result);
        var arguments = JsonDocument.Parse("""{"code":"raise","language":"python"}""").RootElement;
        await InvokeAsync(handler, new() { ["code"] = arguments.GetProperty("code"), ["language"] = arguments.GetProperty("language") });
        Assert.Equal("""{"code":"raise","language":"python"}""", handler.Body);
    }

    [Fact]
    public async Task What_the_model_can_mend_is_told_to_it()
    {
        var refused = new Answering(HttpStatusCode.BadRequest, """{"code":"unsupported_language","detail":"python or javascript"}""");
        Assert.Contains("python or javascript", (await InvokeAsync(refused, new() { ["code"] = "1", ["language"] = "ruby" })).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"code\"", (await InvokeAsync(refused, new() { ["language"] = "python" })).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_else_is_thrown() =>
        await Assert.ThrowsAsync<MayflyAuthenticationException>(() => InvokeAsync(new Answering(HttpStatusCode.Unauthorized, "{}"), new() { ["code"] = "1", ["language"] = "python" }));

    [Fact]
    public void The_schema_requires_both_arguments()
    {
        using var client = new MayflyClient(new MayflyOptions { ApiKey = "uc-test" });
        var function = new RunCodeFunction(client);
        Assert.Equal("run_code", function.Name);
        Assert.Equal(["code", "language"], function.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    private static async Task<JsonElement> InvokeAsync(HttpMessageHandler handler, AIFunctionArguments arguments)
    {
        using var client = new MayflyClient(new HttpClient(handler), new MayflyOptions { ApiKey = "uc-test" });
        return (JsonElement)(await new RunCodeFunction(client).InvokeAsync(arguments, TestContext.Current.CancellationToken))!;
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Body = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(status) { Content = new StringContent(body) };
        }
    }
}
