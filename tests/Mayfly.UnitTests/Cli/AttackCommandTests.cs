using System.Net;
using System.Text.Json;
using Mayfly.Attacks;
using Mayfly.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Mayfly.UnitTests.Cli;

/// <summary><c>mayfly attack</c> against a server that answers by the book, but for one lie. The judge's own tests are AttackTableTests; a real server's, ServerCommandsTests.</summary>
public sealed class AttackCommandTests
{
    private static readonly AttackSuite s_suite = AttackSuite.Read();

    [Theory]
    [InlineData("none", 0)]
    [InlineData("outcome", 1)]
    [InlineData("canary", 1)]
    [InlineData("charge", 1)]
    [InlineData("shape", 1)]
    [InlineData("no usage", 0)]
    public async Task Exit_code_says_whether_everything_held(string lie, int exitCode)
    {
        await using var server = await Fake.StartAsync(lie);
        using var output = new StringWriter();
        Assert.Equal(exitCode, await RunAsync(output, "attack", "--url", server.Url, "--key", "uc-any", "--class", "X", "--json"));

        using var json = JsonDocument.Parse(output.ToString());
        Assert.Equal(exitCode == 0, json.RootElement.GetProperty("held").GetBoolean());
        Assert.Equal(s_suite.Cases.Count(@case => @case.Class == "X"), json.RootElement.GetProperty("results")[0].GetProperty("cases").GetArrayLength());
        Assert.True(server.Executions > 5, $"{server.Executions} executions");
    }

    [Fact]
    public async Task A_server_with_other_limits_is_not_judged_by_these()
    {
        await using var server = await Fake.StartAsync("limits");
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => RunAsync(TextWriter.Null, "attack", "--url", server.Url, "--key", "uc-any", "--class", "X"));
        Assert.Contains("timeMs is 60000, not 10000", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Executions);
    }

    [Fact]
    public async Task An_unknown_class_is_named_with_those_there_are()
    {
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => RunAsync(TextWriter.Null, "attack", "--url", "http://127.0.0.1:9", "--key", "uc-any", "--class", "Q"));
        Assert.Contains("--class Q", failure.Message, StringComparison.Ordinal);
        Assert.Contains("F (files)", failure.Message, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(TextWriter output, params string[] arguments) =>
        Commands.Create().Parse(arguments).InvokeAsync(new() { Output = output, EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private sealed class Fake(WebApplication app, string lie) : IAsyncDisposable
    {
        private int _executions;

        public string Url { get; private set; } = "";

        public int Executions => Volatile.Read(ref _executions);

        public static async Task<Fake> StartAsync(string lie)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var fake = new Fake(builder.Build(), lie);
            fake.Map();
            await fake.Start();
            return fake;
        }

        private async Task Start()
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            Url = app.Urls.Single();
        }

        private void Map()
        {
            app.MapGet("/v1/code-sandbox/limits", () =>
            {
                var limits = s_suite.Limits.ToDictionary();
                if (lie == "limits") limits["timeMs"] = 60_000;
                return TypedResults.Json(limits);
            });
            app.MapGet("/v1/usage", () => lie == "no usage"
                ? Results.StatusCode(403)
                : Results.Json(new { cost = (Executions * ContractResult.Price) + (lie == "charge" && Executions > 0 ? ContractResult.Price : 0) }));
            app.MapPost("/v1/code-sandbox/execute", (JsonElement body) => Execute(body.GetProperty("code").GetString()!));
        }

        private IResult Execute(string code)
        {
            Interlocked.Increment(ref _executions);
            var canary = code.StartsWith(s_suite.Canary.Code, StringComparison.Ordinal);
            var @case = canary ? s_suite.Canary : s_suite.Cases.Append(s_suite.Afterwards).First(one => one.Code == code);
            var stdout = string.Concat(@case.Expect[0].Stdout.Select(line => line + "\n"));
            if ((lie == "outcome" && @case.Class == "X") || (lie == "canary" && canary)) stdout = "reached";
            return lie == "shape" && @case.Class == "X"
                ? Results.Json(new { stdout })
                : Results.Json(new { stdout, stderr = "", exitCode = 0, executionTimeMs = 10.5, memoryUsageMb = 20.25, timedOut = false, error = (string?)null, cost = ContractResult.Price });
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
