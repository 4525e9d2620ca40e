using System.Text.RegularExpressions;

namespace Mayfly.UnitTests.Docs;

public sealed partial class PagesTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages()];

    [Theory, MemberData(nameof(Pages))]
    public void Links_lead_to_files_that_exist(string page)
    {
        var directory = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        Assert.All(
            Links().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')),
            link => Assert.True(Path.Exists(Path.Combine(directory, link.Split('#')[0])), $"{page} links to {link}"));
    }

    [Theory, MemberData(nameof(Pages))]
    public void Commands_on_a_page_are_commands_that_exist(string page)
    {
        var script = Repository.Read("mayfly");
        var program = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src/Mayfly/Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(
            Commands().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).Distinct(),
            command => Assert.True(
                Regex.IsMatch(script, $@"^    (\w+\|)*{command}(\|[\w-]+)*\)", RegexOptions.Multiline) || program.Contains($"new Command(\"{command}\"", StringComparison.Ordinal) || program.Contains($"new(\"{command}\"", StringComparison.Ordinal),
                $"{page} says ./mayfly {command}"));
    }

    [Fact]
    public void Every_promise_names_tests_that_exist_or_says_that_it_is_not_tested()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var promises = Promises().Matches(Repository.Read("docs/security.md"));
        Assert.Equal(11, promises.Count);
        Assert.All(promises, promise =>
        {
            var tests = TestNames().Matches(promise.Value).Select(match => match.Groups[1].Value).ToList();
            Assert.True(tests.Count > 0 || promise.Value.Contains("not tested yet", StringComparison.Ordinal) || promise.Value.Contains("holds by itself", StringComparison.Ordinal), promise.Value);
            Assert.All(tests, test => Assert.True(sources.Any(source => source.Contains($"class {test}", StringComparison.Ordinal)), $"there is no test class {test}"));
        });
    }

    [Fact]
    public void No_page_speaks_of_a_path_outside_the_repository_or_of_unfinished_work()
    {
        Assert.All(Repository.Pages(), page => Assert.DoesNotMatch(@"\.\./shared|\bTODO\b|\bFIXME\b", Repository.Read(page)));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"\./mayfly ([a-z]+)")]
    private static partial Regex Commands();

    [GeneratedRegex(@"^\| P\d+ \|.*$", RegexOptions.Multiline)]
    private static partial Regex Promises();

    [GeneratedRegex(@"`(\w+Tests)`")]
    private static partial Regex TestNames();
}
