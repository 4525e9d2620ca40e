using System.Globalization;
using System.Text.Json;

namespace Mayfly.ContractTests;

/// <summary>The result of one execution, read from an answer whose shape was checked on the way.</summary>
public sealed record Execution(
    string Stdout, string Stderr, int ExitCode, double ExecutionTimeMs, double MemoryUsageMb, bool TimedOut, string? Error, decimal Cost,
    IReadOnlyList<string> Truncated, string? Termination, Answer Answer)
{
    public static readonly IReadOnlyList<string> Fields =
        ["stdout", "stderr", "exitCode", "executionTimeMs", "memoryUsageMb", "timedOut", "error", "cost"];

    /// <summary>The contract: 10 s, and half a second to notice it.</summary>
    public const double LatestEndMs = 10_500;

    private static readonly string[] Terminations = ["signal", "timeout", "out_of_memory", "cancelled", "infrastructure"];

    /// <summary>Checks what holds for every 200 answer, so that each test of a program also tests the shape.</summary>
    public static Execution From(Answer answer)
    {
        Assert.True(answer.Status == 200, $"expected a result, got {answer}");
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);

        var json = answer.Json;
        Assert.Equal(JsonValueKind.Object, json.ValueKind);
        var names = json.EnumerateObject().Select(p => p.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var field in Fields) Assert.Contains(field, names);
        Assert.Empty(names.Except([.. Fields, "truncated", "termination"]));

        foreach (var number in new[] { "executionTimeMs", "memoryUsageMb" })
            Assert.True(HasAtMostTwoDecimals(json.GetProperty(number)), $"{number} is {json.GetProperty(number).GetRawText()}: two decimals");

        return new Execution(
            Text(json, "stdout"), Text(json, "stderr"), json.GetProperty("exitCode").GetInt32(),
            json.GetProperty("executionTimeMs").GetDouble(), json.GetProperty("memoryUsageMb").GetDouble(),
            json.GetProperty("timedOut").GetBoolean(),
            json.GetProperty("error").ValueKind == JsonValueKind.Null ? null : Text(json, "error"),
            json.GetProperty("cost").GetDecimal(),
            TruncatedStreams(json), TerminationOf(json), answer);
    }

    /// <summary>The exit code and everything else that the contract ties to it.</summary>
    public Execution AssertExit(int exitCode, string? termination = null)
    {
        Assert.True(ExitCode == exitCode && Termination == termination, $"expected exit code {exitCode}, termination {termination ?? "none"}; got {this}");
        Assert.Equal(termination == "timeout", TimedOut);
        Assert.Null(Error);
        Assert.Equal(0.002m, Cost);
        Assert.InRange(ExecutionTimeMs, double.Epsilon, LatestEndMs);
        Assert.InRange(MemoryUsageMb, 0.1, 257);
        return this;
    }

    public Execution AssertStdout(string expected)
    {
        Assert.True(Stdout == expected, $"expected stdout {Quote(expected)}; got {this}");
        return this;
    }

    public Execution AssertStderr(string expected)
    {
        Assert.True(Stderr == expected, $"expected stderr {Quote(expected)}; got {this}");
        return this;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"exit code {ExitCode}, termination {Termination ?? "none"}, timedOut {TimedOut}, {ExecutionTimeMs} ms, {MemoryUsageMb} MiB, error {Error ?? "none"}, truncated [{string.Join(',', Truncated)}]\n  stdout {Quote(Stdout)}\n  stderr {Quote(Stderr)}");

    private static string Quote(string text) => JsonSerializer.Serialize(text.Length > 1500 ? text[..1500] + $"… ({text.Length} characters)" : text);

    private static string Text(JsonElement json, string name)
    {
        Assert.Equal(JsonValueKind.String, json.GetProperty(name).ValueKind);
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
        Assert.NotEmpty(streams);
        Assert.All(streams, s => Assert.Equal(JsonValueKind.True, s.Value.ValueKind));
        Assert.Empty(streams.Select(s => s.Name).Except(["stdout", "stderr"]));
        return [.. streams.Select(s => s.Name).Order(StringComparer.Ordinal)];
    }

    private static string? TerminationOf(JsonElement json)
    {
        if (!json.TryGetProperty("termination", out var termination)) return null;

        // A plain exit has no termination.
        Assert.Contains(termination.GetString(), Terminations);
        return termination.GetString();
    }
}
