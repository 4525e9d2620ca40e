using System.Text;

namespace Mayfly.ContractTests.Differential;

/// <summary>A program of tests/differential, by its path there: <c>python/exit_negative.py</c>.</summary>
public sealed record DifferentialProgram(string Name)
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "differential");

    public string Language => LanguageOf(Name);

    /// <summary>Every program that is compared.</summary>
    public static IReadOnlyList<DifferentialProgram> All { get; } =
        [.. new[] { "python", "javascript" }.SelectMany(language => System.IO.Directory.GetFiles(Path.Combine(Directory, language)).Select(file => $"{language}/{Path.GetFileName(file)}")).Order(StringComparer.Ordinal).Select(name => new DifferentialProgram(name))];

    /// <summary>The file's own bytes as text: a byte order mark and carriage returns are part of the program.</summary>
    public string Code() => Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(Directory, Name)));

    public Task<Execution> RunAsync(Service service) => service.ExecuteAsync(Code(), Language);

    private static string LanguageOf(string name) => Path.GetExtension(name) switch
    {
        ".py" => "python",
        ".js" => "javascript",
        var other => throw new InvalidDataException($"tests/differential/{name}: the ending \"{other}\" is of no language; .py and .js are"),
    };
}
