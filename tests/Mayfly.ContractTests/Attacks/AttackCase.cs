using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Mayfly.ContractTests.Attacks;

/// <summary>tests/attacks/cases.json: hostile programs and what must come of them.</summary>
public sealed record AttackSuite
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public required string About { get; init; }

    /// <summary>Runs beside each case.</summary>
    public required AttackCase Canary { get; init; }

    /// <summary>Runs after each case.</summary>
    public required AttackCase Afterwards { get; init; }

    public required IReadOnlyList<AttackCase> Cases { get; init; }

    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "attacks");

    public static AttackSuite Read() => JsonSerializer.Deserialize<AttackSuite>(File.ReadAllBytes(Path.Combine(Directory, "cases.json")), Strict)!;
}

/// <summary>One hostile program.</summary>
public sealed record AttackCase
{
    /// <summary>Its file in tests/attacks/programs; the ending says the language.</summary>
    public required string Program { get; init; }

    /// <summary>Which cases of the list of attacks it stands for.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>The claim.</summary>
    public required string Title { get; init; }

    /// <summary>How many run at once.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Alternatives.</summary>
    public required IReadOnlyList<AttackOutcome> Expect { get; init; }

    [JsonIgnore]
    public string Name => $"{Program}: {Title}";

    /// <summary>Whether the time limit may be what ends it.</summary>
    [JsonIgnore]
    public bool MayTimeOut => Expect.Any(outcome => outcome.End == "timeout");

    /// <summary>Waits for a limit of seconds, or holds many slots.</summary>
    [JsonIgnore]
    public bool IsSlow => Copies > 2 || MayTimeOut;

    public Task<Execution> RunAsync(Service service)
    {
        var code = File.ReadAllText(Path.Combine(AttackSuite.Directory, "programs", Program));
        return service.ExecuteAsync(code, Program.EndsWith(".py", StringComparison.Ordinal) ? "python" : "javascript");
    }

    /// <summary>Insists that the execution is one of the alternatives.</summary>
    public void Check(Execution execution)
    {
        var differences = Expect.Select(outcome => outcome.DifferenceFrom(execution)).ToList();
        Assert.True(differences.Contains(null), $"{Name}\nexpected {string.Join("\nor ", differences)}\ngot {execution}");

        // Whatever it did: user code was started, so it is charged once, and the service itself did not fail.
        Assert.Null(execution.Error);
        Assert.Equal(0.002m, execution.Cost);
    }
}

/// <summary>One way in which a case may end. What is not said of stdout, stderr and truncation must be empty.</summary>
public sealed record AttackOutcome
{
    /// <summary>"exit N", "signal N", "timeout" or "out of memory".</summary>
    public required string End { get; init; }

    /// <summary>Lines, each with its end.</summary>
    public IReadOnlyList<string> Stdout { get; init; } = [];

    /// <summary>A regular expression for the whole, instead of lines.</summary>
    public string? StdoutLike { get; init; }

    public string? StderrLike { get; init; }

    /// <summary>The number of bytes, instead of lines.</summary>
    public int? StdoutBytes { get; init; }

    public int? StderrBytes { get; init; }

    public IReadOnlyList<string> Truncated { get; init; } = [];

    /// <summary>Upper bound of executionTimeMs.</summary>
    public int? MaxMs { get; init; }

    /// <summary>Least and most of memoryUsageMb.</summary>
    public IReadOnlyList<double>? MemoryMb { get; init; }

    /// <summary>What is not as expected; null: nothing.</summary>
    public string? DifferenceFrom(Execution execution)
    {
        var (exitCode, termination) = End.Split(' ') switch
        {
            ["exit", var code] => (int.Parse(code), null),
            ["signal", var number] => (128 + int.Parse(number), "signal"),
            ["timeout"] => (124, "timeout"),
            ["out", "of", "memory"] => (137, "out_of_memory"),
            _ => throw new InvalidDataException($"cases.json: \"{End}\" is no end"),
        };
        if ((execution.ExitCode, execution.Termination, execution.TimedOut) != (exitCode, termination, termination == "timeout"))
            return $"{End}: exit code {exitCode}, termination {termination ?? "none"}";
        if (termination == "timeout" && execution.ExecutionTimeMs is < 10_000 or > 10_500) return "10.0 to 10.5 s";
        if (execution.ExecutionTimeMs > MaxMs) return $"at most {MaxMs} ms";
        if (Different(execution.Stdout, string.Concat(Stdout.Select(line => line + "\n")), StdoutLike, StdoutBytes) is { } stdout) return $"stdout {stdout}";
        if (Different(execution.Stderr, "", StderrLike, StderrBytes) is { } stderr) return $"stderr {stderr}";
        if (!Truncated.SequenceEqual(execution.Truncated)) return $"truncated [{string.Join(',', Truncated)}]";
        if (MemoryMb is [var least, var most] && (execution.MemoryUsageMb < least || execution.MemoryUsageMb > most)) return $"{least} to {most} MiB of memory";
        return null;
    }

    private static string? Different(string text, string whole, string? pattern, int? bytes)
    {
        if (bytes is { } size) return Encoding.UTF8.GetByteCount(text) == size ? null : $"of {size} bytes";
        if (pattern is not null) return Regex.IsMatch(text, $"\\A(?:{pattern})\\z") ? null : $"like {pattern}";
        return text == whole ? null : JsonSerializer.Serialize(whole);
    }
}
