using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.ContractTests;

/// <summary>An RFC 9457 problem, read from an answer whose shape was checked on the way.</summary>
public sealed partial record Problem(int Status, string Code, string Detail, string RequestId, JsonElement Json)
{
    private static readonly string[] Members = ["type", "title", "status", "detail", "instance", "code", "requestId", "error"];

    /// <summary>Checks what holds for every refusal.</summary>
    public static Problem From(Answer answer)
    {
        Assert.True(answer.Header("Content-Type")?.Split(';')[0].Trim() == "application/problem+json", $"expected application/problem+json, got {answer}");

        var json = answer.Json;
        var names = json.EnumerateObject().Select(p => p.Name).ToList();
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var member in Members) Assert.True(names.Contains(member), $"\"{member}\" is missing from {answer}");
        foreach (var member in Members.Where(m => m != "status"))
        {
            Assert.True(json.GetProperty(member).ValueKind == JsonValueKind.String, $"\"{member}\" is no string in {answer}");
            Assert.False(string.IsNullOrWhiteSpace(json.GetProperty(member).GetString()), $"\"{member}\" is blank in {answer}");
        }

        Assert.Equal(answer.Status, json.GetProperty("status").GetInt32());
        Assert.Equal(json.GetProperty("detail").GetString(), json.GetProperty("error").GetString());
        Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", json.GetProperty("code").GetString());
        Assert.True(Uri.TryCreate(json.GetProperty("type").GetString(), UriKind.RelativeOrAbsolute, out _), $"\"type\" is no URI reference in {answer}");
        Assert.Equal(answer.Header("X-Request-Id"), json.GetProperty("requestId").GetString());

        // Nothing of the inside: no type names, stack traces or paths, in no member.
        Assert.False(Inside().IsMatch(answer.Text), $"names what is inside: {answer}");

        return new Problem(answer.Status, json.GetProperty("code").GetString()!, json.GetProperty("detail").GetString()!, json.GetProperty("requestId").GetString()!, json);
    }

    /// <summary>A problem of this status and one of these codes.</summary>
    public static Problem Expect(Answer answer, int status, params string[] codes)
    {
        Assert.True(answer.Status == status, $"expected {status} {string.Join(" or ", codes)}, got {answer}");
        var problem = From(answer);
        if (codes.Length > 0) Assert.True(codes.Contains(problem.Code), $"expected the code {string.Join(" or ", codes)}, got {answer}");
        return problem;
    }

    [GeneratedRegex(@"System\.|Microsoft\.|Mayfly\.[A-Z]|Exception|\s+at \w+\.|\.cs\b|/(usr|home|var|tmp|proc|work|run|etc)/|LineNumber|BytePositionInLine|\$\.")]
    private static partial Regex Inside();
}
