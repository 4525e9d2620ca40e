using System.Globalization;
using System.Text;
using Mayfly.Api;

namespace Mayfly.UnitTests.Docs;

public sealed class ProblemReferenceTests
{
    [Fact]
    public void Api_lists_every_problem_code()
    {
        var table = new StringBuilder("\n| status | code | title |\n|---|---|---|\n");
        foreach (var code in Enum.GetValues<ProblemCode>())
        {
            var kind = Problems.Kind(code);
            table.Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", Problems.Statuses(code))} | `{kind.Code}` | {kind.Title} |\n");
        }

        GeneratedSection.MustBe("docs/api.md", "problems", table.Append('\n').ToString());
    }
}
