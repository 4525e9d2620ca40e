using System.Text.Json.Serialization;

namespace Mayfly.Cli.Doctor;

/// <summary>What a check found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
internal enum Verdict
{
    [JsonStringEnumMemberName("PASS")]
    Pass,

    /// <summary>Works, but differs from what is advised.</summary>
    [JsonStringEnumMemberName("CAUTION")]
    Caution,

    /// <summary>Mayfly does not work, or not fully, until this is mended.</summary>
    [JsonStringEnumMemberName("FAIL")]
    Fail,

    /// <summary>Does not apply here, or cannot be told; the detail says why.</summary>
    [JsonStringEnumMemberName("SKIPPED")]
    Skipped,
}

/// <summary>One line of the doctor's report.</summary>
/// <param name="Verdict">The outcome.</param>
/// <param name="Name">The prerequisite or layer.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Remedy">The one command that mends it, if something is to be mended.</param>
internal sealed record Finding(Verdict Verdict, string Name, string Detail, string? Remedy = null)
{
    public static Finding Pass(string name, string detail) => new(Verdict.Pass, name, detail);

    public static Finding Caution(string name, string detail, string remedy) => new(Verdict.Caution, name, detail, remedy);

    public static Finding Fail(string name, string detail, string remedy) => new(Verdict.Fail, name, detail, remedy);

    public static Finding Skipped(string name, string detail) => new(Verdict.Skipped, name, detail);
}

/// <summary>The report as <c>doctor --json</c> prints it.</summary>
internal sealed record Report(bool Ok, string Version, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
