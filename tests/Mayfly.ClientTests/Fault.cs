using System.Text.Json;

namespace Mayfly.ClientTests;

/// <summary>A case of sdks/faults/table.json, as far as the client's side of it goes.</summary>
public sealed record Fault
{
    public required string Name { get; init; }

    public required string Outcome { get; init; }

    public required int Attempts { get; init; }

    public int Charges { get; init; }

    public bool Refused { get; init; }

    public bool Cancel { get; init; }

    public int? Status { get; init; }

    public string? Code { get; init; }

    public double? RetryAfter { get; init; }

    public int TimeoutMs { get; init; } = 60_000;

    public int MaxRetries { get; init; } = 2;

    public static IReadOnlyList<Fault> Table { get; } =
        JsonSerializer.Deserialize<Fault[]>(File.ReadAllText(Stub.PathOf("table.json")), JsonSerializerOptions.Web)!;
}
