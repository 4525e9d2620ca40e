using System.Text;

namespace Mayfly.Cli;

/// <summary>The language of a program whose language nobody named.</summary>
internal static class ProgramLanguage
{
    // As much of a first line as Linux reads.
    private const int ShebangBytes = 256;

    /// <summary>By the file's extension, else by its first line.</summary>
    /// <exception cref="CommandFailure">Neither tells.</exception>
    public static string Of(string path, ReadOnlySpan<byte> code) => Path.GetExtension(path) switch
    {
        ".py" => "python",
        ".js" or ".cjs" => "javascript",
        _ => ByShebang(code) ?? throw new CommandFailure($"{path}: the language cannot be told from the extension or a first line such as #!/usr/bin/env python3. Add --language python or --language javascript."),
    };

    /// <summary>The same of a file that is not read as a whole.</summary>
    /// <inheritdoc cref="Of(string, ReadOnlySpan{byte})"/>
    public static string Of(string path)
    {
        Span<byte> begin = stackalloc byte[ShebangBytes];
        try
        {
            using var file = path == "-" ? Stream.Null : File.OpenRead(path);
            return Of(path, begin[..file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot read {path}: {wrong.Message}");
        }
    }

    // "#!/usr/bin/env -S python3.13 -u" and "#!/usr/bin/node" alike: the first word that names an interpreter.
    private static string? ByShebang(ReadOnlySpan<byte> code)
    {
        if (!code.StartsWith("#!"u8)) return null;
        var end = code.IndexOf((byte)'\n');
        var line = Encoding.UTF8.GetString(end < 0 ? code[2..Math.Min(code.Length, ShebangBytes)] : code[2..end]);
        foreach (var word in line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Path.GetFileName(word).TrimEnd("0123456789.".ToCharArray());
            if (name is "python" or "pypy") return "python";
            if (name is "node" or "nodejs") return "javascript";
        }

        return null;
    }
}
