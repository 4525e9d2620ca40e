using System.Text.Json;
using System.Text.RegularExpressions;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Api;

/// <summary>Everything but execute.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Limits_are_those_in_force()
    {
        await using var gateway = await TestGateway.StartAsync(null, ("Limits:TimeMs", "1234"), ("Limits:CodeBytes", "99"), ("Price:MicroUsd", "1500"), ("Limits:CpuQuotaUs", "25000"));

        var limits = (await gateway.GetAsync("/v1/code-sandbox/limits")).Json;

        Assert.Equal(
            """{"timeMs":1234,"memoryBytes":268435456,"cpuCores":0.25,"cpuQuotaUs":25000,"cpuPeriodUs":100000,"processes":64,"outputBytes":1048576,"writableBytes":67108864,"codeBytes":99,"bodyBytes":1048576,"queueWaitMs":2000,"idempotencyHours":24,"network":false,"cost":0.0015}""",
            limits.GetRawText());
        (await gateway.ExecuteAsync(TestGateway.Body(new string('a', 100)))).MustBe(400, "code_too_large");
        Assert.Equal(0.0015m, (await gateway.ExecuteAsync()).Json.GetProperty("cost").GetDecimal());
        Assert.Equal(limits.GetRawText(), (await gateway.GetAsync("/api/v1/code-sandbox/limits")).Text);
    }

    [Fact]
    public async Task Runtimes_are_those_of_the_image_and_as_measured()
    {
        const string Digest = "0123abcd";
        var cells = new TestCells { Fleet = new FleetDescription("container", CellReuse.Key, Digest, 1, 8, 0, new CellDescription("1", "", [new CellRuntime(Language.Python, "3.13.5")], [], [new CellLayer("seccomp", true, ""), new CellLayer("landlock", false, "")], []), null) };
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        (await gateway.GetAsync("/v1/code-sandbox/runtimes")).MustBe(503, "infrastructure_failure");

        var image = System.IO.Directory.CreateDirectory(Path.Combine(gateway.Directory, "images", Digest)).FullName;
        await File.WriteAllTextAsync(Path.Combine(image, "manifest.json"), $$$"""
            {"schema":1,"digest":"{{{Digest}}}","architecture":"x86_64","provider":{"name":"distribution","why":"no network"},"builtAt":"2026-01-02T03:04:05Z",
             "languages":[{"language":"python","version":"3.13.5","implementation":"CPython","licence":"PSF-2.0","libraries":[{"name":"numpy","version":"2.2.4","licence":"BSD-3-Clause"}]}],
             "packages":[],"content":{"entries":1,"bytes":1,"listing":"a","contents":"b"}}
            """, TestContext.Current.CancellationToken);
        var runtimes = (await gateway.GetAsync("/v1/code-sandbox/runtimes")).Json;

        var python = Assert.Single(runtimes.GetProperty("languages").EnumerateArray());
        Assert.Equal(("python", "3.13.5", "3.13.5"), (python.GetProperty("language").GetString(), python.GetProperty("version").GetString(), python.GetProperty("measuredVersion").GetString()));
        Assert.Equal("2.2.4", python.GetProperty("libraries")[0].GetProperty("version").GetString());
        Assert.Equal(Digest, runtimes.GetProperty("image").GetProperty("digest").GetString());
        Assert.Equal("""["landlock"]""", runtimes.GetProperty("waivedLayers").GetRawText());
        Assert.Equal(("container", "key"), (runtimes.GetProperty("launcher").GetString(), runtimes.GetProperty("cellReuse").GetString()));
        Assert.Equal("no network", runtimes.GetProperty("image").GetProperty("pythonProvider").GetProperty("why").GetString());
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("/etc")]
    [InlineData("..")]
    public async Task A_digest_is_no_path(string digest)
    {
        var cells = new TestCells { Fleet = new FleetDescription("container", CellReuse.Shared, digest, 1, 8, 0, null, null) };
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(gateway.Directory, "manifest.json"), "{}", TestContext.Current.CancellationToken);

        (await gateway.GetAsync("/v1/code-sandbox/runtimes")).MustBe(503, "infrastructure_failure");
    }

    [Fact]
    public async Task Not_ready_says_why()
    {
        var cells = new TestCells { Ready = false };
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        Assert.Equal(200, (await gateway.GetAsync("/healthz/live")).Status);

        var first = await gateway.GetAsync("/healthz/ready");
        cells.Fleet = cells.Fleet with { LastFailure = "seccomp is missing\n" };
        var second = await gateway.GetAsync("/healthz/ready");
        cells.Ready = true;
        var third = await gateway.GetAsync("/healthz/ready");

        Assert.Equal((503, "not_ready", "cells"), (first.Status, first.Json.GetProperty("status").GetString(), first.Json.GetProperty("failing")[0].GetProperty("name").GetString()));
        Assert.Equal("No cell is up. The last one failed: seccomp is missing?", second.Json.GetProperty("failing")[0].GetProperty("reason").GetString());
        Assert.Equal((200, """{"status":"ready"}"""), (third.Status, third.Text));
    }

    [Fact]
    public async Task Usage_needs_a_key()
    {
        await using var gateway = await TestGateway.StartAsync();

        (await gateway.GetAsync("/v1/usage")).MustBe(401, "invalid_api_key");
        (await gateway.GetAsync("/api/v1/usage", gateway.Secret + "x")).MustBe(401, "invalid_api_key");
        Assert.Equal("""{"executions":0,"cost":0,"byKey":[],"byDay":[],"byLanguage":[],"byOutcome":[]}""", (await gateway.GetAsync("/api/v1/usage", gateway.Secret)).Text);
    }

    [Fact]
    public async Task Metrics_count_and_name_nobody()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.ExecuteAsync();
        await gateway.ExecuteAsync("{}");

        var text = (await gateway.GetAsync("/metrics")).Text;

        foreach (var name in (string[])["mayfly_charged", "mayfly_rejections_total", "mayfly_request_step_duration_seconds", "mayfly_requests_admitted", "mayfly_http_connections", "mayfly_http_held", "mayfly_database_available"])
        {
            Assert.Contains(name, text, StringComparison.Ordinal);
        }

        foreach (var step in Enum.GetNames<Step>()) Assert.Contains($"step=\"{step}\"", text, StringComparison.Ordinal);
        Assert.Contains("code=\"code_required\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("key", text.Replace("invalid_api_key", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_reference_describes_real_answers()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Termination = Termination.Signal, StdoutTruncated = true, StderrTruncated = true }));
        var reference = (await gateway.GetAsync("/openapi/v1.json")).Json;
        Assert.StartsWith("3.1.", reference.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var schemas = reference.GetProperty("components").GetProperty("schemas");

        AssertFits(schemas, "ExecuteAnswer", (await gateway.ExecuteAsync()).Json);
        AssertFits(schemas, "ProblemAnswer", (await gateway.ExecuteAsync("{}")).Json);
        AssertFits(schemas, "LimitsAnswer", (await gateway.GetAsync("/v1/code-sandbox/limits")).Json);
        AssertFits(schemas, "UsageAnswer", (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json);
        AssertFits(schemas, "HealthAnswer", (await gateway.GetAsync("/healthz/ready")).Json);
    }

    [Fact]
    public async Task A_failed_execution_is_as_the_reference_describes_it()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(FaultCause.CellLost)));
        var schemas = (await gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");

        AssertFits(schemas, "FailedExecutionAnswer", (await gateway.ExecuteAsync()).Json);
    }

    [Fact]
    public async Task The_reference_names_every_problem_with_its_status_and_an_example()
    {
        await using var gateway = await TestGateway.StartAsync();
        var responses = (await gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty(TestGateway.ExecutePath).GetProperty("post").GetProperty("responses");

        foreach (var code in Enum.GetValues<ProblemCode>().Except([ProblemCode.NotFound, ProblemCode.MethodNotAllowed, ProblemCode.AlreadyExists]))
        {
            var example = responses.GetProperty($"{Problems.Kind(code).Status}").GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").GetProperty(Problems.Kind(code).Code);
            Assert.Equal(Problems.Kind(code).Code, example.GetProperty("value").GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task The_references_own_examples_are_accepted()
    {
        await using var gateway = await TestGateway.StartAsync();
        var examples = (await gateway.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty(TestGateway.ExecutePath).GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("examples");

        foreach (var example in examples.EnumerateObject()) (await gateway.ExecuteAsync(example.Value.GetProperty("value").GetRawText())).MustBeResult();
    }

    [Fact]
    public async Task The_reference_page_asks_nobody_else()
    {
        await using var gateway = await TestGateway.StartAsync();

        var page = await gateway.GetAsync("/docs/");

        Assert.Equal(200, page.Status);
        Assert.DoesNotMatch("""(https?:)?//[a-z0-9.-]+\.[a-z]""", page.Text);
        foreach (Match source in Regex.Matches(page.Text, """(?:src|href)="([^"]+)"|from '([^']+)'"""))
        {
            var path = source.Groups[1].Success ? source.Groups[1].Value : source.Groups[2].Value;
            Assert.Equal(200, (await gateway.GetAsync("/docs/" + path.TrimStart('.', '/'))).Status);
        }

        // Whatever the page's script would like: the browser lets it talk to this service only.
        Assert.Contains("default-src 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    private static void AssertFits(JsonElement schemas, string name, JsonElement answer)
    {
        var schema = schemas.GetProperty(name);
        var properties = schema.GetProperty("properties");
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var field in required.EnumerateArray()) Assert.True(answer.TryGetProperty(field.GetString()!, out _), $"{name}.{field} is promised and not there");
        }

        foreach (var field in answer.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(field.Name, out var described), $"{name}.{field.Name} is there and not described");
            var types = Types(schemas, described);
            var type = field.Value.ValueKind switch
            {
                JsonValueKind.String => "string",
                JsonValueKind.Number => types.Contains("integer") && field.Value.TryGetInt64(out _) ? "integer" : "number",
                JsonValueKind.True or JsonValueKind.False => "boolean",
                JsonValueKind.Null => "null",
                JsonValueKind.Array => "array",
                _ => "object",
            };
            Assert.True(types.Contains(type), $"{name}.{field.Name} is {type}, described as {string.Join(" or ", types)}");
            if (described.TryGetProperty("enum", out var allowed)) Assert.Contains(field.Value.GetString(), allowed.EnumerateArray().Select(value => value.GetString()));
        }
    }

    private static string?[] Types(JsonElement schemas, JsonElement described)
    {
        if (described.TryGetProperty("$ref", out var reference)) described = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
        Assert.True(described.TryGetProperty("type", out var type), $"no type in {described}");
        return type.ValueKind == JsonValueKind.String ? [type.GetString()] : [.. type.EnumerateArray().Select(one => one.GetString())];
    }
}
