using System.Text.Json;

namespace Mayfly.ContractTests.Endpoints;

/// <summary>/openapi/v1.json and /docs.</summary>
public sealed class OpenApiTests(Service service) : ServiceTests(service)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    [Fact]
    public async Task It_is_a_whole_OpenAPI_3_1_document()
    {
        var api = await DocumentAsync();

        Assert.Matches("^3\\.1\\.\\d+$", api.GetProperty("openapi").GetString());
        Assert.False(string.IsNullOrWhiteSpace(api.GetProperty("info").GetProperty("title").GetString()));
        Assert.False(string.IsNullOrWhiteSpace(api.GetProperty("info").GetProperty("version").GetString()));
        Assert.All(api.GetProperty("paths").EnumerateObject(), path =>
        {
            Assert.StartsWith("/", path.Name, StringComparison.Ordinal);
            Assert.All(path.Value.EnumerateObject().Where(m => Methods.Contains(m.Name)), method =>
            {
                Assert.NotEmpty(method.Value.GetProperty("responses").EnumerateObject());
                Assert.All(method.Value.GetProperty("responses").EnumerateObject(), r =>
                {
                    Assert.Matches("^([1-5][0-9][0-9]|[1-5]XX|default)$", r.Name);
                    Assert.True(r.Value.TryGetProperty("$ref", out _) || r.Value.TryGetProperty("description", out _), $"{method.Name} {path.Name} {r.Name} has no description");
                });
            });
        });
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var api = await DocumentAsync();

        Assert.All(References(api), reference =>
        {
            Assert.StartsWith("#/", reference, StringComparison.Ordinal);
            var target = api;
            foreach (var step in reference[2..].Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
                Assert.True(target.TryGetProperty(step, out target), $"{reference} leads nowhere");
        });
    }

    [Fact]
    public async Task Operation_ids_are_unique()
    {
        var api = await DocumentAsync();

        var ids = api.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Where(m => Methods.Contains(m.Name))
            .Select(m => m.Value.TryGetProperty("operationId", out var id) ? id.GetString() : null).Where(id => id is not null).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("/v1/code-sandbox/execute", "post")]
    [InlineData("/v1/code-sandbox/runtimes", "get")]
    [InlineData("/v1/code-sandbox/limits", "get")]
    [InlineData("/v1/code-sandbox/tools", "get")]
    [InlineData("/v1/usage", "get")]
    public async Task It_has(string path, string method)
    {
        var api = await DocumentAsync();

        Assert.True(api.GetProperty("paths").TryGetProperty(path, out var item), $"{path} is missing");
        Assert.True(item.TryGetProperty(method, out _), $"{method} {path} is missing");
    }

    [Theory]
    [InlineData("200")]
    [InlineData("400")]
    [InlineData("401")]
    [InlineData("402")]
    [InlineData("409")]
    [InlineData("411")]
    [InlineData("413")]
    [InlineData("415")]
    [InlineData("422")]
    [InlineData("429")]
    [InlineData("500")]
    [InlineData("503")]
    public async Task Execute_may_answer(string status)
    {
        var api = await DocumentAsync();

        Assert.Contains(status, api.GetProperty("paths").GetProperty(Service.ExecutePath).GetProperty("post").GetProperty("responses").EnumerateObject().Select(r => r.Name));
    }

    [Theory]
    [InlineData("invalid_json")]
    [InlineData("invalid_request")]
    [InlineData("code_required")]
    [InlineData("code_too_large")]
    [InlineData("unsupported_language")]
    [InlineData("invalid_api_key")]
    [InlineData("insufficient_balance")]
    [InlineData("rate_limited")]
    [InlineData("too_many_concurrent")]
    [InlineData("overloaded")]
    [InlineData("draining")]
    [InlineData("infrastructure_failure")]
    public async Task It_names_the_code(string code)
    {
        Assert.Contains(code, (await Service.GetAsync("/openapi/v1.json")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_names_every_field_of_a_result()
    {
        var text = (await Service.GetAsync("/openapi/v1.json")).Text;

        foreach (var field in Execution.Fields.Concat(["truncated", "termination", "out_of_memory", "cancelled", "code", "language", "requestId"]))
            Assert.Contains($"\"{field}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_how_to_send_the_key()
    {
        var schemes = (await DocumentAsync()).GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(s => s.Value).ToList();

        Assert.Contains(schemes, s => s.GetProperty("type").GetString() == "http" && s.GetProperty("scheme").GetString()!.Equals("bearer", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(schemes, s => s.GetProperty("type").GetString() == "apiKey" && s.GetProperty("name").GetString() == "X-API-Key" && s.GetProperty("in").GetString() == "header");
    }

    [Fact]
    public async Task Docs_are_a_page_that_calls_nobody()
    {
        var pages = new Queue<string>(["/docs"]);
        var seen = new HashSet<string>();
        while (pages.TryDequeue(out var path) && seen.Count < 20)
        {
            if (!seen.Add(path)) continue;
            var answer = await Service.GetAsync(path);
            if (answer.Status is 301 or 302 or 307 or 308)
            {
                pages.Enqueue(Inside(path, answer.Header("Location")!));
                continue;
            }

            Assert.True(answer.Status == 200, $"{path}: {answer}");
            if (!answer.Header("Content-Type")!.StartsWith("text/html", StringComparison.Ordinal)) continue;

            // What a browser fetches by itself; a link that a reader may follow is another matter.
            foreach (System.Text.RegularExpressions.Match loaded in System.Text.RegularExpressions.Regex.Matches(
                answer.Text, """<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)|<link\b[^>]*?\shref\s*=\s*["']?([^"'\s>]+)|@import\s+(?:url\()?["']?([^"')]+)|url\(["']?([^"')]+)""", System.Text.RegularExpressions.RegexOptions.IgnoreCase))
            {
                var target = loaded.Groups.Values.Skip(1).First(g => g.Success).Value;
                if (!target.StartsWith("data:", StringComparison.Ordinal)) pages.Enqueue(Inside(path, target));
            }
        }

        Assert.InRange(seen.Count, 1, 20);
    }

    private async Task<JsonElement> DocumentAsync()
    {
        var answer = await Service.GetAsync("/openapi/v1.json");
        Assert.Equal(200, answer.Status);
        Assert.Contains("json", answer.Header("Content-Type"), StringComparison.Ordinal);
        return answer.Json;
    }

    /// <summary>The path of a link; anything outside the service is a failure.</summary>
    private string Inside(string page, string target)
    {
        var address = new Uri(new Uri(Service.Address, page), target);
        Assert.True(address.Authority == Service.Address.Authority, $"{page} loads {target}, which is outside");
        return address.PathAndQuery;
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.NameEquals("$ref") && p.Value.ValueKind == JsonValueKind.String ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
