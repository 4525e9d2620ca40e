using System.Text.Json;

namespace Mayfly.ContractTests.Differential;

/// <summary>tests/differential/known-differences.json: where a program can tell a warm start, and why that is so.</summary>
public sealed record KnownDifferences
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public required string About { get; init; }

    public required IReadOnlyList<KnownDifference> Differences { get; init; }

    public static KnownDifferences Read() =>
        JsonSerializer.Deserialize<KnownDifferences>(File.ReadAllBytes(Path.Combine(DifferentialProgram.Directory, "known-differences.json")), Strict)!;

    /// <summary>What is known to differ for this program.</summary>
    public IReadOnlyList<string> Of(DifferentialProgram program) =>
        Differences.SingleOrDefault(difference => difference.Program == program.Name)?.Differs ?? [];
}

/// <summary>One program, what differs of it, and the reason.</summary>
public sealed record KnownDifference(string Program, IReadOnlyList<string> Differs, string Reason);
