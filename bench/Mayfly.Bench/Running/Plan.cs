namespace Mayfly.Bench.Running;

/// <summary>How long each part of a run may be, so that all of it fits its bound.</summary>
internal sealed record Plan
{
    public required TimeSpan Limit { get; init; }

    /// <summary>Rounds of the comparison that there should be, and must be whatever they take.</summary>
    public required int Rounds { get; init; }

    public required int LeastRounds { get; init; }

    /// <summary>For each of the four programs; twice as long if the least number of rounds needs it.</summary>
    public required TimeSpan Comparison { get; init; }

    /// <summary>Executions over which costs are measured: of light programs and of heavy ones.</summary>
    public required int LightExecutions { get; init; }

    public required int HeavyExecutions { get; init; }

    public required TimeSpan ThroughputSlice { get; init; }

    public required int ThroughputPairs { get; init; }

    public required TimeSpan Throughput { get; init; }

    public required TimeSpan OpenLoop { get; init; }

    public required TimeSpan Overload { get; init; }

    public required TimeSpan NeighbourSlice { get; init; }

    public required int NeighbourRounds { get; init; }

    public required TimeSpan ScalingSlice { get; init; }

    public required int ScalingRounds { get; init; }

    public required TimeSpan Drift { get; init; }

    public int DriftExecutions { get; init; } = 20_000;

    public static Plan Full { get; } = new()
    {
        Limit = TimeSpan.FromMinutes(5),
        Rounds = 30,
        LeastRounds = 15,
        Comparison = TimeSpan.FromSeconds(22),
        LightExecutions = 200,
        HeavyExecutions = 8,
        ThroughputSlice = TimeSpan.FromSeconds(1),
        ThroughputPairs = 3,
        Throughput = TimeSpan.FromSeconds(60),
        OpenLoop = TimeSpan.FromSeconds(10),
        Overload = TimeSpan.FromSeconds(4),
        NeighbourSlice = TimeSpan.FromSeconds(1.2),
        NeighbourRounds = 3,
        ScalingSlice = TimeSpan.FromSeconds(1),
        ScalingRounds = 4,
        Drift = TimeSpan.FromSeconds(25),
    };

    public static Plan Quick { get; } = new()
    {
        Limit = TimeSpan.FromMinutes(2),
        Rounds = 15,
        LeastRounds = 3,
        Comparison = TimeSpan.FromSeconds(4),
        LightExecutions = 50,
        HeavyExecutions = 2,
        ThroughputSlice = TimeSpan.FromSeconds(0.5),
        ThroughputPairs = 1,
        Throughput = TimeSpan.FromSeconds(9),
        OpenLoop = TimeSpan.FromSeconds(3),
        Overload = TimeSpan.FromSeconds(2),
        NeighbourSlice = TimeSpan.FromSeconds(0.7),
        NeighbourRounds = 1,
        ScalingSlice = TimeSpan.FromSeconds(0.5),
        ScalingRounds = 2,
        Drift = TimeSpan.FromSeconds(4),
    };

    /// <summary>With so many executions in a row, whatever time they take.</summary>
    public Plan WithDrift(int executions) => this with { DriftExecutions = executions, Drift = TimeSpan.FromHours(2), Limit = Limit + TimeSpan.FromHours(2) };
}
