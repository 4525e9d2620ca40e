using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.UnitTests.Docs;

/// <summary>Every case of the list of attacks is held by a test, or is said not to be.</summary>
public sealed partial class AttackCoverageTests
{
    /// <summary>Named by cases.json or by an attribute.</summary>
    private static readonly IReadOnlySet<string> Named = NamedCases();

    private static readonly IReadOnlyList<Entry> Elsewhere = JsonSerializer.Deserialize<Listing>(Repository.Read("tests/attacks/elsewhere.json"), JsonSerializerOptions.Web)!.Cases;

    [Fact]
    public void Every_case_of_the_list_is_held_by_a_test_or_said_not_to_be()
    {
        var list = Path.Combine(Repository.Root, "../shared/attacks.md");
        Assert.SkipUnless(File.Exists(list), "the list of attacks (../shared/attacks.md) is not beside this checkout");
        var cases = ListedCases().Matches(File.ReadAllText(list)).Select(match => match.Groups[1].Value).ToList();

        Assert.True(cases.Count > 100, $"{cases.Count} cases found in the list");
        Assert.Empty(cases.Except(Named).Except(Elsewhere.Select(entry => entry.Case)));
    }

    [Fact]
    public void Case_listed_as_tested_elsewhere_names_tests_that_exist()
    {
        Assert.NotEmpty(Elsewhere);
        Assert.Distinct(Elsewhere.Select(entry => entry.Case));
        Assert.All(Elsewhere, entry =>
        {
            // A case that has got its own test must leave the listing.
            Assert.DoesNotContain(entry.Case, Named);
            Assert.True(entry.Tests is { Count: > 0 } != entry.NotTestedYet is { Length: > 0 }, $"{entry.Case}: either tests or the reason why there are none");
            Assert.All(entry.Tests ?? [], test => Assert.True(TestNames.Exists(test), $"{entry.Case}: there is no test {test}"));
        });
    }

    [Fact]
    public void Docs_say_how_many_cases_there_are()
    {
        using var suite = JsonDocument.Parse(Repository.Read("tests/attacks/cases.json"));
        Assert.Contains($"all of it: {suite.RootElement.GetProperty("cases").GetArrayLength()} cases", Repository.Read("docs/cli.md"), StringComparison.Ordinal);
    }

    private static HashSet<string> NamedCases()
    {
        using var suite = JsonDocument.Parse(Repository.Read("tests/attacks/cases.json"));
        var programs = suite.RootElement.GetProperty("cases").EnumerateArray().SelectMany(@case => @case.GetProperty("cases").EnumerateArray()).Select(id => id.GetString()!);
        var attributes = TestNames.Sources.SelectMany(source => Attributes().Matches(source)).Select(match => match.Groups[1].Value);
        return [.. programs, .. attributes];
    }

    [GeneratedRegex(@"^- ([A-Z]\d+) ", RegexOptions.Multiline)]
    private static partial Regex ListedCases();

    [GeneratedRegex(@"\bCase\(""([A-Z]\d+)""\)")]
    private static partial Regex Attributes();

    private sealed record Listing(IReadOnlyList<Entry> Cases);

    private sealed record Entry(string Case, IReadOnlyList<string>? Tests, string? NotTestedYet);
}
