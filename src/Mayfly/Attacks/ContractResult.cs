using System.Globalization;
using System.Text.Json;

namespace Mayfly.Attacks;

/// <summary>The result of one execution, read from an answer whose shape was checked on the way.</summary>
/// <remarks>Nothing of the gateway's own types is used: what is judged is what came over the wire.</remarks>
public record ContractResult(
    string Stdout, string Stderr, int ExitCode, double ExecutionTimeMs, double MemoryUsageMb, bool TimedOut, string? Error, decimal Cost,
    IReadOnlyList<string> Truncated, string? Termination)
{
    /// <summary>Always there.</summary>
    public static readonly IReadOnlyList<string> Fields =
        ["stdout", "stderr", "exitCode", "executionTimeMs", "memoryUsageMb", "timedOut", "error", "cost"];

    /// <summary>The contract: 10 s, and half a second to notice it.</summary>
    public const double LatestEndMs = 10_500;

    /// <summary>USD of an execution whose code was started.</summary>
    public const decimal Price = 0.002m;

    private static readonly string[] s_terminations = ["signal", "timeout", "out_of_memory", "cancelled", "infrastructure"];

    /// <summary>Checks what holds for every answer of status 200, and reads it.</summary>
    /// <exception cref="ShapeException">It is not of the contract's shape.</exception>
    public static ContractResult Read(int status, string? contentType, JsonElement json)
    {
        Insist(status == 200, $"HTTP {status} instead of a result");
        Insist(contentType?.StartsWith("application/json", StringComparison.Ordinal) == true, $"Content-Type is {contentType ?? "missing"}");
        Insist(json.ValueKind == JsonValueKind.Object, $"the body is {json.ValueKind}");

        var names = json.EnumerateObject().Select(field => field.Name).ToList();
        Insist(names.Count == names.Distinct(StringComparer.OrdinalIgnoreCase).Count(), "a field is there twice");
        Insist(!Fields.Except(names).Any(), $"missing: {string.Join(", ", Fields.Except(names))}");
        var strangers = names.Except([.. Fields, "truncated", "termination"]).ToList();
        Insist(strangers.Count == 0, $"not in the contract: {string.Join(", ", strangers)}");
        foreach (var number in new[] { "executionTimeMs", "memoryUsageMb" })
            Insist(HasAtMostTwoDecimals(json.GetProperty(number)), $"{number} is {json.GetProperty(number).GetRawText()}: two decimals");

        try
        {
            return new ContractResult(
                Text(json, "stdout"), Text(json, "stderr"), json.GetProperty("exitCode").GetInt32(),
                json.GetProperty("executionTimeMs").GetDouble(), json.GetProperty("memoryUsageMb").GetDouble(),
                json.GetProperty("timedOut").GetBoolean(),
                json.GetProperty("error").ValueKind == JsonValueKind.Null ? null : Text(json, "error"),
                json.GetProperty("cost").GetDecimal(),
                TruncatedStreams(json), TerminationOf(json));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException)
        {
            throw new ShapeException($"a field is of another type: {wrong.Message}");
        }
    }

    /// <summary>For the message of what failed.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"exit code {ExitCode}, termination {Termination ?? "none"}, timedOut {TimedOut}, {ExecutionTimeMs} ms, {MemoryUsageMb} MiB, error {Error ?? "none"}, truncated [{string.Join(',', Truncated)}]\n  stdout {Quote(Stdout)}\n  stderr {Quote(Stderr)}");

    /// <summary>A text as JSON, cut where nobody would read on.</summary>
    protected static string Quote(string text) => JsonSerializer.Serialize(text.Length > 1500 ? text[..1500] + $"… ({text.Length} characters)" : text);

    private static void Insist(bool holds, string otherwise)
    {
        if (!holds) throw new ShapeException(otherwise);
    }

    private static string Text(JsonElement json, string name)
    {
        Insist(json.GetProperty(name).ValueKind == JsonValueKind.String, $"{name} is {json.GetProperty(name).ValueKind}");
        return json.GetProperty(name).GetString()!;
    }

    private static bool HasAtMostTwoDecimals(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && decimal.TryParse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value == decimal.Round(value, 2);

    private static string[] TruncatedStreams(JsonElement json)
    {
        if (!json.TryGetProperty("truncated", out var truncated)) return [];

        // Present only when a stream was cut, and then it names the cut ones.
        var streams = truncated.EnumerateObject().ToList();
        Insist(streams.Count > 0 && streams.TrueForAll(stream => stream.Value.ValueKind == JsonValueKind.True), $"truncated is {truncated.GetRawText()}");
        var names = streams.Select(stream => stream.Name).Order(StringComparer.Ordinal).ToArray();
        Insist(!names.Except(["stdout", "stderr"]).Any(), $"truncated is {truncated.GetRawText()}");
        return names;
    }

    private static string? TerminationOf(JsonElement json)
    {
        if (!json.TryGetProperty("termination", out var termination)) return null;

        // A plain exit has no termination.
        Insist(s_terminations.Contains(termination.GetString()), $"termination is {termination.GetRawText()}");
        return termination.GetString();
    }
}

/// <summary>An answer that is not of the contract's shape.</summary>
public sealed class ShapeException(string message) : FormatException(message);
