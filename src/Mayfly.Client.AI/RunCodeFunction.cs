using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Mayfly.Client.AI;

/// <summary>The function <c>run_code</c> for a model: one Python or JavaScript program in, what it did out.</summary>
/// <param name="client">Runs the programs; stays its caller's.</param>
public sealed class RunCodeFunction(MayflyClient client) : AIFunction
{
    private static readonly JsonElement Schema = JsonDocument.Parse(
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
        """).RootElement;

    /// <inheritdoc/>
    public override string Name => "run_code";

    /// <inheritdoc/>
    public override string Description =>
        "Runs one Python or JavaScript (Node.js, CommonJS) program in a fresh sandbox without a network and returns what it printed. It is a script, not a notebook: print what you need, nothing is kept between calls.";

    /// <inheritdoc/>
    public override JsonElement JsonSchema => Schema;

    /// <inheritdoc/>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        if (Text(arguments, "code") is not { } code) return Mendable("The argument \"code\" is missing or no text.");
        if (Text(arguments, "language") is not { } language) return Mendable("The argument \"language\" is missing or no text.");
        try
        {
            var (_, response) = await client.ExecuteWithResponseAsync(new ExecuteRequest(code, language), cancellationToken: cancellationToken).ConfigureAwait(false);
            return JsonDocument.Parse(response.Body).RootElement;
        }
        catch (MayflyInvalidRequestException refusal) when (refusal.Status is 400 or 413)
        {
            return Mendable(refusal.Message);
        }
    }

    // As models' answers are read it is JSON; as a test gives it, a string.
    private static string? Text(AIFunctionArguments arguments, string name) =>
        arguments.TryGetValue(name, out var value) ? value as string ?? (value is JsonElement { ValueKind: JsonValueKind.String } json ? json.GetString() : null) : null;

    private static JsonElement Mendable(string error) => JsonDocument.Parse(new JsonObject { ["error"] = error }.ToJsonString()).RootElement;
}
