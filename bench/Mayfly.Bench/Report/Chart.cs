using System.Globalization;
using System.Xml.Linq;
using Mayfly.Bench.Load;

namespace Mayfly.Bench.Report;

/// <summary>The comparison as a picture: how many times as long as the bare interpreter, on a logarithmic scale.</summary>
internal static class Chart
{
    private const int Width = 760;
    private const int LabelWidth = 170;
    private const int RightMargin = 70;
    private const int Top = 92;
    private const int RowHeight = 20;
    private const int BarHeight = 12;
    private const int GroupGap = 30;

    // Both follow the reader's setting; contrast with the background is at least 4.5 in either.
    private const string Style = """
        .page { fill: #ffffff } .text { fill: #1f2328 } .faint { fill: #59636e } .line { stroke: #8c959f; stroke-width: 1 } .grid { stroke: #d1d9e0; stroke-width: 1 }
        .own { fill: #0f7b53 } .peer { fill: #8c959f }
        text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif } .title { font-size: 16px; font-weight: 600 } .strong { font-weight: 600 }
        @media (prefers-color-scheme: dark) {
        .page { fill: #0d1117 } .text { fill: #f0f6fc } .faint { fill: #9198a1 } .line { stroke: #656c76 } .grid { stroke: #2a3038 }
        .own { fill: #3fb98a } .peer { fill: #6e7681 }
        }
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static string Draw(BenchReport report)
    {
        var groups = report.Comparison.Where(result => result.Failure is null && result.Contender != "bare").GroupBy(result => result.Workload).ToList();
        var (low, high) = Range([.. groups.SelectMany(group => group).Select(result => result.RatioToBare)]);
        double X(double ratio) => LabelWidth + ((Width - LabelWidth - RightMargin) * (Math.Log10(ratio) - low) / (high - low));
        var height = Top + groups.Sum(group => GroupGap + (RowHeight * group.Count())) + 24;

        var svg = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {height}"),
            new XAttribute("width", Width),
            new XAttribute("height", height),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", "title desc"),
            new XElement(Svg + "title", new XAttribute("id", "title"), "Time to an answer, in times of a bare interpreter"),
            new XElement(Svg + "desc", new XAttribute("id", "desc"), Describe(groups)),
            new XElement(Svg + "style", Style),
            new XElement(Svg + "rect", Class("page"), new XAttribute("width", Width), new XAttribute("height", height), new XAttribute("rx", 8)),
            Text(20, 30, "title text", "Time to an answer, in times of a bare interpreter"),
            Text(20, 50, "faint", "Median of interleaved pairs; left of 1 is sooner than the interpreter starts without any isolation. Logarithmic."));
        for (var power = (int)low; power <= (int)high; power++)
        {
            var x = X(Math.Pow(10, power));
            svg.Add(Line(x, Top - 14, height - 16, power == 0 ? "line" : "grid"));
            svg.Add(Text(x, Top - 20, power == 0 ? "text strong" : "faint", Times(Math.Pow(10, power)), "middle"));
        }

        var y = Top;
        foreach (var group in groups)
        {
            svg.Add(Text(20, y + 16, "text strong", group.Key));
            y += GroupGap - 6;
            foreach (var result in group)
            {
                svg.Add(Bar(result, X, y));
                y += RowHeight;
            }

            y += 6;
        }

        return svg + "\n";
    }

    private static XElement[] Bar(Result result, Func<double, double> x, int y)
    {
        var (from, to) = (Math.Min(x(1), x(result.RatioToBare)), Math.Max(x(1), x(result.RatioToBare)));
        var own = result.Contender == "mayfly";
        return
        [
            Text(LabelWidth - 10, y + 11, own ? "text strong" : "faint", result.Contender, "end"),
            new XElement(
                Svg + "rect",
                Class(own ? "own" : "peer"),
                new XAttribute("x", Number(from)),
                new XAttribute("y", y + 1),
                new XAttribute("width", Number(Math.Max(1, to - from))),
                new XAttribute("height", BarHeight),
                new XAttribute("rx", 2)),
            result.RatioToBare < 1
                ? Text(from - 6, y + 11, own ? "text strong" : "faint", Times(result.RatioToBare), "end")
                : Text(to + 6, y + 11, own ? "text strong" : "faint", Times(result.RatioToBare)),
        ];
    }

    // Whole powers of ten around all values and 1, with room for a label on the left.
    private static (double Low, double High) Range(double[] ratios)
    {
        var smallest = ratios.Append(1).Min();
        var largest = ratios.Append(1).Max();
        return (Math.Floor(Math.Log10(smallest * 0.6)), Math.Max(1, Math.Ceiling(Math.Log10(largest))));
    }

    private static string Describe(List<IGrouping<string, Result>> groups) => string.Join(
        " ",
        groups.Select(group => $"{group.Key}: {string.Join(", ", group.Select(result => $"{result.Contender} {Times(result.RatioToBare)}"))}."));

    private static XElement Text(double x, double y, string style, string text, string anchor = "start") =>
        new(Svg + "text", Class(style), new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    private static XElement Line(double x, double from, double to, string style) =>
        new(Svg + "line", Class(style), new XAttribute("x1", Number(x)), new XAttribute("x2", Number(x)), new XAttribute("y1", Number(from)), new XAttribute("y2", Number(to)));

    private static XAttribute Class(string names) => new("class", names);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Times(double ratio) =>
        (ratio >= 10 ? Math.Round(ratio).ToString(CultureInfo.InvariantCulture) : ratio.ToString(ratio >= 0.1 ? "0.##" : "0.###", CultureInfo.InvariantCulture)) + "×";
}
