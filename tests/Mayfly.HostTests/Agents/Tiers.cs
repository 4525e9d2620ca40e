using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>Warm interpreters to configure a cell with.</summary>
internal static class Tiers
{
    public static Tier[] Bare =>
    [
        new() { Name = "python", Language = Language.Python, Spares = 2 },
        new() { Name = "javascript", Language = Language.Javascript, Spares = 2 },
    ];

    public static Tier[] WithLibraries =>
    [
        .. Bare,
        new() { Name = "python+numeric", Language = Language.Python, Modules = { "numpy", "pandas" }, Spares = 1 },
        new() { Name = "javascript+libraries", Language = Language.Javascript, Modules = { "lodash", "mathjs" }, Spares = 1 },
    ];
}
