using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelContextProtocol.Protocol;

namespace Mayfly.Api.Mcp;

/// <summary>What a model is told of <c>run_code</c>: languages, libraries, the limits in force, what comes back.</summary>
internal sealed class RunCodeDescription(GatewayOptions options, RuntimesEndpoint runtimes)
{
    /// <summary>What goes in. Strict, as some models' interfaces want it.</summary>
    public static readonly JsonElement Input = JsonSerializer.Deserialize<JsonElement>(
        """
        {
          "type": "object",
          "properties": {
            "code": { "type": "string", "description": "The whole program. It must print what you want to see." },
            "language": { "type": "string", "enum": ["python", "javascript"] }
          },
          "required": ["code", "language"],
          "additionalProperties": false
        }
        """);

    private static readonly JsonElement Output = JsonSerializer.Deserialize<JsonElement>(
        """
        {
          "type": "object",
          "properties": {
            "stdout": { "type": "string" },
            "stderr": { "type": "string" },
            "exitCode": { "type": "integer", "description": "0: success; 124: timed out; 137: killed, by the memory limit if termination says so." },
            "executionTimeMs": { "type": "number" },
            "memoryUsageMb": { "type": "number" },
            "timedOut": { "type": "boolean" },
            "error": { "type": ["string", "null"] },
            "cost": { "type": "number", "description": "USD." },
            "truncated": { "type": "object", "properties": { "stdout": { "type": "boolean" }, "stderr": { "type": "boolean" } } },
            "termination": { "type": "string" }
          },
          "required": ["stdout", "stderr", "exitCode", "executionTimeMs", "memoryUsageMb", "timedOut", "error", "cost"]
        }
        """);

    public Tool Describe() => new()
    {
        Name = RunCodeTool.Name,
        Title = "Run code",
        Description = Text(),
        InputSchema = Input,
        OutputSchema = Output,

        // Nothing outside of the jail is changed; each call is charged, so none is "the same again".
        Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
    };

    /// <summary>For the model.</summary>
    public string Text()
    {
        var limits = options.Dispatch.Limits;
        var libraries = string.Join(" ", runtimes.Describe().Select(language => $"{language.Language} {language.Version}: {string.Join(", ", language.Libraries)}."));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Runs one Python or JavaScript (Node.js, CommonJS) program in a fresh sandbox and returns what it printed. It is a script, not a notebook: print what you need, nothing is kept between calls.
            Limits: {limits.TimeMs / 1000.0} s, {limits.MemoryBytes >> 20} MiB of memory, {limits.OutputBytes} bytes of each output stream, {options.Limits.CodeBytes} bytes of code, no network, no input; files only in the working directory and /tmp.
            {(libraries.Length > 0 ? $"Installed beside the standard library: {libraries}" : "")}
            """).TrimEnd();
    }
}

/// <summary>A tool call's arguments, as the body of a request; and a tool as the protocol describes it.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Tool))]
[JsonSerializable(typeof(List<Tool>))]
[JsonSerializable(typeof(IDictionary<string, JsonElement>))]
internal sealed partial class RunCodeJson : JsonSerializerContext;
