namespace Mayfly.Dispatch;

/// <summary>What a cell said about itself in its Hello: checked, and every text bounded and free of control characters.</summary>
/// <param name="AgentVersion">Version of the agent.</param>
/// <param name="LauncherNote">What the agent found around it, e.g. "cgroup v1".</param>
/// <param name="Runtimes">Interpreters, as measured by running them in a jail.</param>
/// <param name="Tiers">What its zygotes have imported.</param>
/// <param name="Posture">The layers and whether they are in force.</param>
/// <param name="SelfTest">The attack cases that it tried on itself.</param>
internal sealed record CellDescription(
    string AgentVersion,
    string LauncherNote,
    IReadOnlyList<CellRuntime> Runtimes,
    IReadOnlyList<string> Tiers,
    IReadOnlyList<CellLayer> Posture,
    IReadOnlyList<CellCheck> SelfTest);

/// <summary>One interpreter of a cell.</summary>
internal sealed record CellRuntime(Language Language, string Version);

/// <summary>One layer of a jail or a cell.</summary>
internal sealed record CellLayer(string Name, bool InForce, string Detail);

/// <summary>One case of a cell's self-test.</summary>
internal sealed record CellCheck(string Name, bool Passed, string Detail);

/// <summary>All cells together, for readiness and for the runtimes page.</summary>
/// <param name="Launcher">Kind of the cells, e.g. "container"; empty until mayfly-cells has said it.</param>
/// <param name="Reuse">Whose executions may share a cell.</param>
/// <param name="ImageDigest">Digest of the image they run; empty until then.</param>
/// <param name="CellsUp">Cells that passed their self-test, standby cells included.</param>
/// <param name="SlotsReady">Slots that could take an execution now.</param>
/// <param name="Waiting">Executions that wait for a slot.</param>
/// <param name="Newest">What the cell that came up last said of itself; null if none ever did.</param>
/// <param name="LastFailure">Why the last cell that failed did so; null if none did since one came up.</param>
internal sealed record FleetDescription(
    string Launcher,
    CellReuse Reuse,
    string ImageDigest,
    int CellsUp,
    int SlotsReady,
    int Waiting,
    CellDescription? Newest,
    string? LastFailure);
