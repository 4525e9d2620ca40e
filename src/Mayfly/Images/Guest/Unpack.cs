namespace Mayfly.Images.Guest;

/// <summary>Unpacks a file by a program of the host.</summary>
internal static class Unpack
{
    // A payload is followed by four bytes that are none of it: zstd and gzip unpack what is before them, and then complain.
    private const string Script = """
        "$1" -dc < "$2" > "$3" || [ -s "$3" ]
        """;

    /// <summary>Writes what is packed in <paramref name="source"/> to <paramref name="target"/>.</summary>
    public static async Task ToFileAsync(string program, string source, string target, CancellationToken cancel) =>
        await new ExternalProgram("/bin/sh", "-c", Script, "unpack", program, source, target) { Name = $"{program} -dc {Path.GetFileName(source)}", Limit = TimeSpan.FromMinutes(5) }.RunAsync(cancel);
}
