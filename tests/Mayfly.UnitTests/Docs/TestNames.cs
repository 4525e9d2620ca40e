using System.Text.RegularExpressions;

namespace Mayfly.UnitTests.Docs;

/// <summary>Names of tests, as pages and listings give them: "Class" or "Class.Method".</summary>
internal static class TestNames
{
    /// <summary>Every test's source.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];

    public static bool Exists(string test) => test.Split('.') switch
    {
        [var type] => Sources.Any(source => Regex.IsMatch(source, $@"class {type}\b")),
        [var type, var method] => Sources.Any(source => Regex.IsMatch(source, $@"class {type}\b") && source.Contains($" {method}(", StringComparison.Ordinal)),
        _ => false,
    };
}
