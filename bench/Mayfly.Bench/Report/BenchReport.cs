using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Bench.Accounts;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Report;

/// <summary>Everything that one run measured. What it did not is null or absent, and <see cref="NotMeasured"/> has the reason.</summary>
internal sealed record BenchReport
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Machine { get; init; }

    /// <summary>The machine's load average before the run: more than a fraction of one, and others were measured, too.</summary>
    public required double LoadBefore { get; init; }

    [JsonIgnore]
    public string Runtimes { get; init; } = "";

    public Probes? Probes { get; init; }

    /// <summary>Answers a second that the clients get from a server that does nothing.</summary>
    public double? ClientPerSecond { get; init; }

    public List<Result> Comparison { get; init; } = [];

    public List<Absent> MissingPeers { get; init; } = [];

    public List<SpareMemory> Spares { get; init; } = [];

    public List<CostRow> Costs { get; init; } = [];

    public List<ThroughputRow> Throughput { get; init; } = [];

    public OpenLoopResult? OpenLoop { get; init; }

    public OverloadResult? Overload { get; init; }

    public List<NeighbourResult> Neighbours { get; init; } = [];

    public DriftResult? Drift { get; init; }

    public ScalingResult? Scaling { get; init; }

    public SortedDictionary<string, string> NotMeasured { get; init; } = [];

    public Dictionary<string, double> Seconds { get; init; } = [];

    public bool Failed { get; init; }

    /// <summary>The table that the project holds itself to.</summary>
    public List<Figure> Figures => FigureTable.Of(this);

    public string ToJson() => ToJson(this);

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Readable);

    /// <summary>The service's own line in the comparison; null: it was not measured or failed.</summary>
    public Result? Mayfly(Workload workload) => Comparison.FirstOrDefault(result => result.Contender == "mayfly" && result.Workload == workload.Name && result.Failure is null);
}
