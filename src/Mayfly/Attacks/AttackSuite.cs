using System.Text;
using System.Text.Json;

namespace Mayfly.Attacks;

/// <summary>tests/attacks: hostile programs and what must come of them, embedded in whatever runs them.</summary>
/// <remarks>This folder is compiled into the gateway's program (<c>mayfly attack</c>) and into the contract tests: one judge for both.</remarks>
public sealed record AttackSuite
{
    private const string Resources = "attacks/";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>How to read the file.</summary>
    public required string About { get; init; }

    /// <summary>What the letters of identifiers mean.</summary>
    public required IReadOnlyList<AttackClass> Classes { get; init; }

    /// <summary>Limits that the expectations are written for, by their names in <c>GET /v1/code-sandbox/limits</c>.</summary>
    public required IReadOnlyDictionary<string, decimal> Limits { get; init; }

    /// <summary>Runs beside each case.</summary>
    public required AttackCase Canary { get; init; }

    /// <summary>Runs after each case.</summary>
    public required AttackCase Afterwards { get; init; }

    /// <summary>Everything that is tried.</summary>
    public required IReadOnlyList<AttackCase> Cases { get; init; }

    /// <summary>Names of the embedded programs.</summary>
    public static IEnumerable<string> Programs => typeof(AttackSuite).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Resources, StringComparison.Ordinal) && !name.EndsWith(".json", StringComparison.Ordinal))
        .Select(name => name[Resources.Length..]);

    /// <summary>The embedded suite.</summary>
    public static AttackSuite Read() => JsonSerializer.Deserialize<AttackSuite>(Text("cases.json"), Strict)!;

    /// <summary>An embedded file.</summary>
    internal static string Text(string name)
    {
        using var stream = typeof(AttackSuite).Assembly.GetManifestResourceStream(Resources + name)
            ?? throw new InvalidDataException($"tests/attacks: there is no program {name}");
        using var reader = new StreamReader(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        return reader.ReadToEnd();
    }
}

/// <summary>A kind of attack.</summary>
/// <param name="Id">The letter of its cases.</param>
/// <param name="Name">What it goes for.</param>
/// <param name="Promise">The promise of docs/security.md that it would break.</param>
public sealed record AttackClass(string Id, string Name, string Promise);
