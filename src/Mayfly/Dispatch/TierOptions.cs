using Mayfly.Protocol;

namespace Mayfly.Dispatch;

/// <summary>A kind of warm interpreter that cells keep, to fork executions from.</summary>
internal sealed record TierOptions
{
    /// <summary>Its name in metrics and on the runtimes page: letters, digits, "+", "-", ".", at most 40.</summary>
    public string Name { get; init; } = "";

    /// <summary>python or javascript.</summary>
    public string Language { get; init; } = "";

    /// <summary>Imported ahead, in this order; a program that imports one of them gets a child of this tier. At most 64.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Children kept waiting in each cell, 0..16; more follow demand, up to the cell's slots.</summary>
    public int Spares { get; init; } = 1;

    /// <summary>What cells keep when nothing else is configured.</summary>
    public static IReadOnlyList<TierOptions> Default { get; } =
    [
        new() { Name = "python", Language = "python", Spares = 2 },
        new() { Name = "python+numeric", Language = "python", Modules = ["numpy", "pandas", "dateutil"] },
        new() { Name = "python+sympy", Language = "python", Modules = ["sympy"] },
        new() { Name = "javascript", Language = "javascript", Spares = 2 },
        new() { Name = "javascript+libraries", Language = "javascript", Modules = ["lodash", "dayjs", "mathjs"] },
    ];

    /// <summary>What is wrong with it; null if nothing. The agent checks names and modules again.</summary>
    public string? FirstProblem() => (Name, Language) switch
    {
        ("", _) => "Tiers: one has no Name",
        (_, not ("python" or "javascript")) => $"Tiers: {Name}: Language is \"{Language}\"; it must be python or javascript",
        _ when Modules.Count > FrameLimits.MaxTierModules => $"Tiers: {Name}: {Modules.Count} modules are more than {FrameLimits.MaxTierModules}",
        _ => ExecutionLimits.Range($"Tiers: {Name}: Spares", Spares, 0, FrameLimits.MaxTierSpares),
    };
}
