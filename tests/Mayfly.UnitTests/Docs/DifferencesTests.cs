using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mayfly.UnitTests.Docs;

public sealed class DifferencesTests
{
    [Fact]
    public void Page_lists_every_known_difference_with_its_reason()
    {
        using var known = JsonDocument.Parse(Repository.Read("tests/differential/known-differences.json"));
        var differences = known.RootElement.GetProperty("differences").EnumerateArray().ToList();
        var section = new StringBuilder("\n");
        if (differences.Count == 0)
        {
            section.Append("None.\n");
        }
        else
        {
            section.Append("| program | differs | why |\n|---|---|---|\n");
            foreach (var difference in differences)
            {
                var aspects = difference.GetProperty("differs").EnumerateArray().Select(aspect => aspect.GetString());
                section.Append(CultureInfo.InvariantCulture, $"| `{difference.GetProperty("program").GetString()}` | {string.Join(", ", aspects)} | {difference.GetProperty("reason").GetString()} |\n");
            }
        }

        GeneratedSection.MustBe("docs/differences.md", "differences", section.Append('\n').ToString());
    }
}
