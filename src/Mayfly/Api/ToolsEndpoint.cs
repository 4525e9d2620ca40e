using System.Text.Json;
using System.Text.Json.Nodes;
using Mayfly.Api.Mcp;

namespace Mayfly.Api;

/// <summary>GET …/tools: <c>run_code</c> as models' interfaces want tools described, ready to be passed on to them.</summary>
internal static class ToolsEndpoint
{
    /// <summary>The names of the formats.</summary>
    public static readonly string[] Formats = ["openai", "anthropic", "mcp"];

    internal static IResult Answer(HttpContext http, RunCodeDescription tool) => http.Request.Query["format"] switch
    {
        ["openai"] => List(OpenAi(tool)),
        ["anthropic"] => List(Anthropic(tool)),
        ["mcp"] => List(JsonSerializer.SerializeToNode(tool.Describe(), RunCodeJson.Default.Tool)!),
        _ => new ProblemResult(Problems.Of(ProblemCode.InvalidRequest, $"\"format\" must be there once and be one of {string.Join(", ", Formats)}.")),
    };

    private static JsonObject OpenAi(RunCodeDescription tool) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = RunCodeTool.Name,
            ["description"] = tool.Text(),
            ["parameters"] = JsonNode.Parse(RunCodeDescription.Input.GetRawText()),
            ["strict"] = true,
        },
    };

    private static JsonObject Anthropic(RunCodeDescription tool) => new()
    {
        ["name"] = RunCodeTool.Name,
        ["description"] = tool.Text(),
        ["input_schema"] = JsonNode.Parse(RunCodeDescription.Input.GetRawText()),
    };

    private static IResult List(JsonNode tool) => Microsoft.AspNetCore.Http.Results.Text(new JsonArray(tool).ToJsonString(), "application/json");
}
