using System.Globalization;
using System.Text;
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

    // Programs, and a native program's attempts: at least as many again as the list names.
    [Fact]
    public void Each_class_of_programs_has_at_least_as_many_variants_again_as_the_list_has_cases()
    {
        var list = Path.Combine(Repository.Root, "../shared/attacks.md");
        Assert.SkipUnless(File.Exists(list), "the list of attacks (../shared/attacks.md) is not beside this checkout");
        var listed = ListedCases().Matches(File.ReadAllText(list)).Select(match => match.Groups[1].Value).CountBy(id => id[..1]).ToDictionary();
        using var suite = JsonDocument.Parse(Repository.Read("tests/attacks/cases.json"));
        var programs = suite.RootElement.GetProperty("cases").EnumerateArray().CountBy(@case => @case.GetProperty("cases")[0].GetString()![..1]).ToDictionary();
        var native = NativeClasses().ToDictionary(of => of.Class, of => of.Attempts.Count);

        TestContext.Current.TestOutputHelper!.WriteLine("class | of the list | programs | native attempts");
        foreach (var of in programs.Keys.Order(StringComparer.Ordinal))
            TestContext.Current.TestOutputHelper!.WriteLine($"{of} | {listed.GetValueOrDefault(of)} | {programs[of]} | {native.GetValueOrDefault(of)}");

        Assert.All(programs.Keys, of => Assert.InRange(programs[of] + native.GetValueOrDefault(of), 2 * listed.GetValueOrDefault(of), int.MaxValue));
    }

    [Fact]
    public void Security_model_says_what_is_tried()
    {
        using var suite = JsonDocument.Parse(Repository.Read("tests/attacks/cases.json"));
        var native = NativeClasses().ToDictionary(of => of.Class, of => of.Attempts.Count);
        var table = new StringBuilder("\n| class | goes for | programs | native attempts | promise |\n|---|---|---|---|---|\n");
        foreach (var of in suite.RootElement.GetProperty("classes").EnumerateArray())
        {
            var id = of.GetProperty("id").GetString()!;
            var programs = suite.RootElement.GetProperty("cases").EnumerateArray().Count(@case => @case.GetProperty("cases")[0].GetString()!.StartsWith(id, StringComparison.Ordinal));
            table.Append(CultureInfo.InvariantCulture, $"| {id} | {of.GetProperty("name").GetString()} | {programs} | {native.GetValueOrDefault(id)} | {of.GetProperty("promise").GetString()} |\n");
        }

        GeneratedSection.MustBe("docs/security.md", "attacks", table.Append('\n').ToString());
    }

    [Fact]
    public void Each_native_attempt_has_one_class()
    {
        var attempts = Repository.Read("tests/attacks/native/expected.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[0]).Where(line => line != "done");

        Assert.Equal(attempts.Order(StringComparer.Ordinal), NativeClasses().SelectMany(of => of.Attempts).Order(StringComparer.Ordinal));
    }

    private static List<(string Class, IReadOnlyList<string> Attempts)> NativeClasses()
    {
        using var classes = JsonDocument.Parse(Repository.Read("tests/attacks/native/classes.json"));
        return [.. classes.RootElement.GetProperty("classes").EnumerateObject().Select(of => (of.Name, (IReadOnlyList<string>)[.. of.Value.EnumerateArray().Select(name => name.GetString()!)]))];
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
            Assert.All(entry.Tests ?? [], test => Assert.True(Exists(test), $"{entry.Case}: there is no test {test}"));
            // Whatever is measured is never all that holds a case.
            Assert.True(entry.Command is null || (entry.Tests is { Count: > 0 } && IsCommand(entry.Command)), $"{entry.Case}: {entry.Command} is no command, or there is no test beside it");
        });
    }

    [Fact]
    public void Docs_say_how_many_cases_there_are()
    {
        using var suite = JsonDocument.Parse(Repository.Read("tests/attacks/cases.json"));
        Assert.Contains($"all of it: {suite.RootElement.GetProperty("cases").GetArrayLength()} cases", Repository.Read("docs/cli.md"), StringComparison.Ordinal);
    }

    // "Class.Method", or a file in a language without attributes and a function in it.
    private static bool Exists(string test) => test.Split(' ') switch
    {
        [var file, var function] => File.Exists(Path.Combine(Repository.Root, file)) && Repository.Read(file).Contains($" {function}(", StringComparison.Ordinal),
        _ => TestNames.Exists(test),
    };

    private static bool IsCommand(string command) => command.Split(' ') switch
    {
        ["./mayfly", var name, ..] => Repository.Read("mayfly").Contains($"\n  ./mayfly {name} ", StringComparison.Ordinal),
        [var program, ..] => File.Exists(Path.Combine(Repository.Root, program)),
        [] => false,
    };

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

    private sealed record Entry(string Case, IReadOnlyList<string>? Tests, string? Command, string? NotTestedYet);
}
