using System.Globalization;
using Mayfly.Protocol;

namespace Mayfly.Agent;

/// <summary>How many times longer than usual everything in this cell may take: more than once where its processor is emulated.</summary>
/// <remarks>For waits that tell a hang from slowness. A program's own limits are its own.</remarks>
internal static class Patience
{
    private static readonly int s_factor = Parse(Environment.GetEnvironmentVariable("MAYFLY_PATIENCE"));

    /// <summary>Whether it is.</summary>
    public static bool IsStretched => s_factor > 1;

    /// <summary>The wait, as long as it may be here.</summary>
    public static TimeSpan Times(TimeSpan usual) => usual * s_factor;

    /// <summary>What the launcher said; once if it said nothing that makes sense.</summary>
    internal static int Parse(string? said) =>
        int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var factor) && factor is >= 1 and <= FrameLimits.MaxPatience ? factor : 1;
}
