namespace Mayfly.ContractTests.Differential;

/// <summary>The programs and the list of differences themselves; needs no service.</summary>
public sealed class DifferentialTableTests
{
    private static readonly Execution Result = new(new Mayfly.Attacks.ContractResult("a\n", "<f at 0x7f0123456789>", 3, 100, 20, false, null, 0.002m, [], null), null!);

    [Fact]
    public void There_are_programs_of_both_languages_and_each_is_one_of_its_kind()
    {
        Assert.True(DifferentialProgram.All.Count(program => program.Language == "python") >= 300);
        Assert.True(DifferentialProgram.All.Count(program => program.Language == "javascript") >= 200);
        Assert.All(DifferentialProgram.All.GroupBy(program => program.Code()), same => Assert.Single(same));
    }

    [Fact]
    public void Every_known_difference_names_a_program_an_aspect_and_a_reason()
    {
        var differences = KnownDifferences.Read().Differences;

        Assert.All(differences, difference =>
        {
            Assert.Contains(new DifferentialProgram(difference.Program), DifferentialProgram.All);
            Assert.NotEmpty(difference.Differs);
            Assert.Equal(Comparison.Aspects.Where(difference.Differs.Contains), difference.Differs);
            Assert.False(string.IsNullOrWhiteSpace(difference.Reason), difference.Program);
        });
        Assert.Equal(differences.Select(difference => difference.Program).Distinct().Order(StringComparer.Ordinal), differences.Select(difference => difference.Program));
    }

    /// <summary>A comparison that overlooks a field would hold nothing.</summary>
    [Fact]
    public void Each_aspect_is_seen_alone()
    {
        (string, Execution)[] others =
        [
            ("stdout", Result with { Stdout = "a" }), ("stderr", Result with { Stderr = "" }), ("exitCode", Result with { ExitCode = 4 }), ("timedOut", Result with { TimedOut = true }),
            ("termination", Result with { Termination = "signal" }), ("truncated", Result with { Truncated = ["stdout"] }), ("memory", Result with { MemoryUsageMb = 25.01 }),
        ];

        Assert.Equal(Comparison.Aspects, others.Select(other => other.Item1));
        foreach (var (aspect, other) in others)
        {
            Assert.Equal([aspect], Comparison.Differences(Result, other));
            Assert.Equal([aspect], Comparison.Differences(other, Result));
        }
    }

    [Fact]
    public void Addresses_times_and_a_little_memory_are_no_difference()
    {
        Assert.Empty(Comparison.Differences(Result, Result with { Stderr = "<f at 0x7fabcdefabcd>", ExecutionTimeMs = 5, MemoryUsageMb = 25 }));
        Assert.Equal(["stderr"], Comparison.Differences(Result, Result with { Stderr = "<g at 0x7f0123456789>" }));
    }
}
