using System.Xml.Linq;
using Mayfly.Bench.Load;
using Mayfly.Bench.Report;

namespace Mayfly.UnitTests.Bench;

public sealed class ChartTests
{
    private static readonly BenchReport Report = new()
    {
        Machine = "a machine",
        LoadBefore = 0,
        Comparison =
        [
            Line("bare", 1),
            Line("mayfly", 0.05),
            Line("runc <run>", 4.4),
            Line("gone", 9) with { Failure = "no" },
        ],
    };

    private static readonly XElement Drawn = XDocument.Parse(Chart.Draw(Report)).Root!;

    [Fact]
    public void Says_in_words_what_it_shows()
    {
        Assert.Equal("img", (string?)Drawn.Attribute("role"));
        Assert.Contains("mayfly 0.05×, runc <run> 4.4×", Element("desc").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Has_a_bar_for_each_contender_that_was_measured() => Assert.Equal(2, Bars().Count());

    [Fact]
    public void Sooner_is_left_of_the_bare_interpreter_and_later_right()
    {
        var one = Drawn.Descendants().Single(element => element.Name.LocalName == "line" && (string?)element.Attribute("class") == "line");
        var x = (double)one.Attribute("x1")!;

        Assert.Equal(x, Edge(Bars().First(), right: true), 1.0);
        Assert.Equal(x, Edge(Bars().Last(), right: false), 1.0);
        Assert.All(Bars(), bar => Assert.True((double)bar.Attribute("width")! > 20, bar.ToString()));
    }

    [Fact]
    public void Follows_a_dark_page() => Assert.Contains("prefers-color-scheme: dark", Element("style").Value, StringComparison.Ordinal);

    [Fact]
    public void Tables_go_between_the_marks_and_nowhere_else() =>
        Assert.Equal("a\n<!-- measured: x -->\nnew\n<!-- /measured -->\nb", Mayfly.Bench.Report.Docs.Put("a\n<!-- measured: x -->\nold\n<!-- /measured -->\nb", "measured", "new\n"));

    private static Result Line(string contender, double ratio) => new("python print(1)", contender, "", 15, 1, 1, ratio, null, null, null);

    private static XElement Element(string name) => Drawn.Elements().Single(element => element.Name.LocalName == name);

    private static IEnumerable<XElement> Bars() =>
        Drawn.Descendants().Where(element => element.Name.LocalName == "rect" && (string?)element.Attribute("class") is "own" or "peer");

    private static double Edge(XElement bar, bool right) => (double)bar.Attribute("x")! + (right ? (double)bar.Attribute("width")! : 0);
}
