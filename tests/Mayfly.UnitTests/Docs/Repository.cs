namespace Mayfly.UnitTests.Docs;

/// <summary>The checkout that these tests belong to.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Compares a file that tests write; with MAYFLY_WRITE_DOCS=1, writes it.</summary>
    public static void MustBe(string path, string expected)
    {
        if (Environment.GetEnvironmentVariable("MAYFLY_WRITE_DOCS") == "1") File.WriteAllText(Path.Combine(Root, path), expected);
        else Assert.Equal(expected, Read(path));
    }

    /// <summary>Every page that readers get, by its path in the repository.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path));

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MAYFLY_REPOSITORY") is { Length: > 0 } told)
        {
            return told;
        }

        var directory = new DirectoryInfo(Directory.GetCurrentDirectory());
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "mayfly.slnx")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("run the tests inside the checkout, or set MAYFLY_REPOSITORY to it");
    }
}
