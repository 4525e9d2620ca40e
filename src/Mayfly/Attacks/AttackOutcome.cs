using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.Attacks;

/// <summary>One way in which a case may end. What is not said of stdout, stderr and truncation must be empty.</summary>
public sealed record AttackOutcome
{
    /// <summary>"exit N", "signal N", "timeout" or "out of memory".</summary>
    public required string End { get; init; }

    /// <summary>Lines, each with its end.</summary>
    public IReadOnlyList<string> Stdout { get; init; } = [];

    /// <summary>A regular expression for the whole, instead of lines.</summary>
    public string? StdoutLike { get; init; }

    /// <summary>The same of stderr.</summary>
    public string? StderrLike { get; init; }

    /// <summary>The number of bytes, instead of lines.</summary>
    public int? StdoutBytes { get; init; }

    /// <summary>The same of stderr.</summary>
    public int? StderrBytes { get; init; }

    /// <summary>Streams that were cut.</summary>
    public IReadOnlyList<string> Truncated { get; init; } = [];

    /// <summary>Upper bound of executionTimeMs.</summary>
    public int? MaxMs { get; init; }

    /// <summary>Least and most of memoryUsageMb.</summary>
    public IReadOnlyList<double>? MemoryMb { get; init; }

    /// <summary>What is not as expected; null: nothing.</summary>
    public string? DifferenceFrom(ContractResult result)
    {
        var (exitCode, termination) = End.Split(' ') switch
        {
            ["exit", var code] => (int.Parse(code, CultureInfo.InvariantCulture), null),
            ["signal", var number] => (128 + int.Parse(number, CultureInfo.InvariantCulture), "signal"),
            ["timeout"] => (124, "timeout"),
            ["out", "of", "memory"] => (137, "out_of_memory"),
            _ => throw new InvalidDataException($"cases.json: \"{End}\" is no end"),
        };
        if ((result.ExitCode, result.Termination, result.TimedOut) != (exitCode, termination, termination == "timeout"))
            return $"{End}: exit code {exitCode}, termination {termination ?? "none"}";
        if (termination == "timeout" && result.ExecutionTimeMs is < 10_000 or > ContractResult.LatestEndMs) return "10.0 to 10.5 s";
        if (result.ExecutionTimeMs > MaxMs) return $"at most {MaxMs} ms";
        if (Different(result.Stdout, string.Concat(Stdout.Select(line => line + "\n")), StdoutLike, StdoutBytes) is { } stdout) return $"stdout {stdout}";
        if (Different(result.Stderr, "", StderrLike, StderrBytes) is { } stderr) return $"stderr {stderr}";
        if (!Truncated.SequenceEqual(result.Truncated)) return $"truncated [{string.Join(',', Truncated)}]";
        if (MemoryMb is [var least, var most] && (result.MemoryUsageMb < least || result.MemoryUsageMb > most)) return $"{least} to {most} MiB of memory";
        return null;
    }

    private static string? Different(string text, string whole, string? pattern, int? bytes)
    {
        if (bytes is { } size) return Encoding.UTF8.GetByteCount(text) == size ? null : $"of {size} bytes";
        if (pattern is not null) return Regex.IsMatch(text, $"\\A(?:{pattern})\\z") ? null : $"like {pattern}";
        return text == whole ? null : JsonSerializer.Serialize(whole);
    }
}
