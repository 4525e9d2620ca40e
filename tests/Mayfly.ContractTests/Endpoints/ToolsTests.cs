namespace Mayfly.ContractTests.Endpoints;

/// <summary>GET …/tools: run_code for models' interfaces.</summary>
public sealed class ToolsTests(Service service) : ServiceTests(service)
{
    [Theory]
    [InlineData("openai", "function.parameters", "function.description")]
    [InlineData("anthropic", "input_schema", "description")]
    [InlineData("mcp", "inputSchema", "description")]
    public async Task It_is_a_list_of_the_one_tool(string format, string schema, string description)
    {
        var answer = await Service.GetAsync($"/v1/code-sandbox/tools?format={format}");

        Assert.Equal(200, answer.Status);
        var tool = Assert.Single(answer.Json.EnumerateArray());
        Assert.Equal("run_code", At(tool, format == "openai" ? "function.name" : "name").GetString());
        Assert.Equal(["code", "language"], At(tool, $"{schema}.required").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(["python", "javascript"], At(tool, $"{schema}.properties.language.enum").EnumerateArray().Select(name => name.GetString()!));
        Assert.False(At(tool, $"{schema}.additionalProperties").GetBoolean());
        Assert.Contains("no network", At(tool, description).GetString(), StringComparison.Ordinal);
        Assert.Contains("numpy", At(tool, description).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_the_same_below_api() =>
        Assert.Equal((await Service.GetAsync("/v1/code-sandbox/tools?format=mcp")).Text, (await Service.GetAsync("/api/v1/code-sandbox/tools?format=mcp")).Text);

    [Theory]
    [InlineData("")]
    [InlineData("?format=")]
    [InlineData("?format=cobol")]
    [InlineData("?format=mcp&format=openai")]
    public async Task Another_format_is_refused_with_the_names_of_those_there_are(string query)
    {
        var answer = await Service.GetAsync($"/v1/code-sandbox/tools{query}");

        Assert.Equal(400, answer.Status);
        Assert.Equal("invalid_request", answer.Json.GetProperty("code").GetString());
        Assert.Contains("openai, anthropic, mcp", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static System.Text.Json.JsonElement At(System.Text.Json.JsonElement element, string path) => path.Split('.').Aggregate(element, (at, name) => at.GetProperty(name));
}
