using System.Text.RegularExpressions;

namespace Mayfly.UnitTests.Docs;

/// <summary>docs/SPECIFICATION.md: each promise, and the tests that hold it.</summary>
public sealed partial class SpecificationTests
{
    private static readonly IReadOnlyList<Row> Rows = [.. RowLines().Matches(Repository.Read("docs/SPECIFICATION.md")).Select(match => new Row(match.Groups[1].Value, match.Groups[2].Value, match.Groups[4].Value))];

    [Fact]
    public void Every_row_names_tests_that_exist_or_says_that_there_is_none()
    {
        Assert.True(Rows.Count > 30, $"{Rows.Count} rows found");
        Assert.Distinct(Rows.Select(row => row.Id));
        Assert.All(Rows, row =>
        {
            var tests = Names().Matches(row.HeldBy).Select(match => match.Groups[1].Value).ToList();
            Assert.True(tests.Count > 0 || row.HeldBy.StartsWith("not tested: ", StringComparison.Ordinal), $"{row.Id}: {row.HeldBy}");
            Assert.All(tests, test => Assert.True(TestNames.Exists(test), $"{row.Id}: there is no test {test}"));
        });
    }

    [Fact]
    public void Every_promise_of_the_security_model_is_specified_and_no_other()
    {
        var promises = Promises().Matches(Repository.Read("docs/security.md")).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);

        Assert.Equal(promises, Rows.Select(row => row.Promise).Distinct().Order(StringComparer.Ordinal));
    }

    // A row that this pattern misses would be a row that nobody holds.
    [Fact]
    public void Every_line_of_the_table_is_such_a_row()
    {
        var lines = Repository.Read("docs/SPECIFICATION.md").Split('\n').Count(line => line.StartsWith('|'));

        Assert.Equal(lines - 2, Rows.Count);
    }

    private sealed record Row(string Id, string Promise, string HeldBy);

    [GeneratedRegex(@"^\| ((P\d+)\.\d+) \| ([^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex RowLines();

    [GeneratedRegex(@"^\| (P\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Promises();

    [GeneratedRegex(@"`(\w+Tests(?:\.\w+)?)`")]
    private static partial Regex Names();
}
