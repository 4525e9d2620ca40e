using System.Text.RegularExpressions;

namespace Mayfly.UnitTests.Docs;

/// <summary>A part of a page that is written by a test: between <c>&lt;!-- NAME: … --&gt;</c> and <c>&lt;!-- /NAME --&gt;</c>.</summary>
internal static class GeneratedSection
{
    /// <summary>Compares; with MAYFLY_WRITE_DOCS=1, writes instead.</summary>
    public static void MustBe(string page, string name, string expected)
    {
        var path = Path.Combine(Repository.Root, page);
        var text = File.ReadAllText(path);
        var section = new Regex($"(<!-- {name}: [^\n]*-->\n)(.*?)(<!-- /{name} -->)", RegexOptions.Singleline);
        Assert.Matches(section, text);
        if (Environment.GetEnvironmentVariable("MAYFLY_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, section.Replace(text, match => match.Groups[1].Value + expected + match.Groups[3].Value));
            return;
        }

        Assert.Equal(expected, section.Match(text).Groups[2].Value);
    }
}
