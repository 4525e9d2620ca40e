using System.Text.RegularExpressions;

namespace Mayfly.ContractTests.Differential;

/// <summary>What a client can see of two executions of one program, side by side.</summary>
public static partial class Comparison
{
    /// <summary>The contract's bound between a warm and a cold start.</summary>
    public const double MemoryToleranceMb = 5;

    /// <summary>The names of what can differ, as known-differences.json uses them.</summary>
    public static readonly IReadOnlyList<string> Aspects = ["stdout", "stderr", "exitCode", "timedOut", "termination", "truncated", "memory"];

    /// <summary>What differs, in the order of <see cref="Aspects"/>.</summary>
    public static IReadOnlyList<string> Differences(Execution warm, Execution cold)
    {
        bool[] same =
        [
            WithoutAddresses(warm.Stdout) == WithoutAddresses(cold.Stdout),
            WithoutAddresses(warm.Stderr) == WithoutAddresses(cold.Stderr),
            warm.ExitCode == cold.ExitCode,
            warm.TimedOut == cold.TimedOut,
            warm.Termination == cold.Termination,
            warm.Truncated.SequenceEqual(cold.Truncated),
            Math.Abs(warm.MemoryUsageMb - cold.MemoryUsageMb) <= MemoryToleranceMb,
        ];
        return [.. Aspects.Where((_, i) => !same[i])];
    }

    /// <summary>For the message of a failed comparison: the first line that is not the same, or the two figures.</summary>
    public static string Describe(string aspect, Execution warm, Execution cold) => aspect switch
    {
        "stdout" => FirstDifference(warm.Stdout, cold.Stdout),
        "stderr" => FirstDifference(warm.Stderr, cold.Stderr),
        "memory" => $"{warm.MemoryUsageMb} and {cold.MemoryUsageMb} MiB",
        _ => $"{warm}\nand {cold}",
    };

    // Where things lie in memory is random in every process; a text that names an object may show it.
    private static string WithoutAddresses(string text) => Address().Replace(text, "0x…");

    private static string FirstDifference(string warm, string cold)
    {
        var (left, right) = (WithoutAddresses(warm).Split('\n'), WithoutAddresses(cold).Split('\n'));
        var line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        return $"line {line + 1}\n    warm: {LineOf(left, line)}\n    cold: {LineOf(right, line)}";
    }

    private static string LineOf(string[] lines, int line) => line >= lines.Length ? "(no such line)" : lines[line].Length > 1000 ? lines[line][..1000] + "…" : lines[line];

    [GeneratedRegex("0x[0-9a-fA-F]{6,16}")]
    private static partial Regex Address();
}
