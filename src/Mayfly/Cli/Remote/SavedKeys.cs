using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Cli.Remote;

/// <summary>The keys of <c>mayfly login</c>, each for the one server that it was saved for.</summary>
/// <param name="File">Where they are.</param>
/// <param name="Default">The server of the last login.</param>
/// <param name="Keys">By the server's URL: a key goes to no other.</param>
internal sealed record SavedKeys([property: JsonIgnore] string File, string? Default, Dictionary<string, string> Keys)
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0x3F; // rwxrwx of group and others

    /// <summary>What is saved; empty where nothing is.</summary>
    /// <exception cref="CommandFailure">The file cannot be read, is none of ours, or can be read by others.</exception>
    public static SavedKeys Load()
    {
        var file = Path.Combine(Home(), "mayfly", "credentials.json");
        try
        {
            if (!System.IO.File.Exists(file)) return new SavedKeys(file, null, []);
            if ((System.IO.File.GetUnixFileMode(file) & Others) != 0) throw new CommandFailure($"{file} can be read by others, so its keys may be known. Make it yours (chmod 600 {file}) and think about new keys.");
            var saved = JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(file), SavedKeysJson.Default.Content) ?? throw new JsonException();
            return new SavedKeys(file, saved.Default, saved.Keys);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException)
        {
            // The library's words about JSON may quote a key.
            throw new CommandFailure($"cannot read {file}: {(wrong is JsonException ? "it is not what `mayfly login` writes; remove it and log in again" : wrong.Message)}");
        }
    }

    /// <summary>Saves a key, in one step: a crash leaves the old file or the new one.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public void Add(string url, string key) => Write(new Content(url, new Dictionary<string, string>(Keys) { [url] = key }));

    /// <summary>Forgets a server's key.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public bool Remove(string url)
    {
        var left = new Dictionary<string, string>(Keys);
        if (!left.Remove(url)) return false;
        Write(new Content(Default == url ? null : Default, left));
        return true;
    }

    private void Write(Content content)
    {
        var next = $"{File}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!, OwnersOnly | UnixFileMode.UserExecute);
            using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnersOnly }))
            {
                JsonSerializer.Serialize(file, content, SavedKeysJson.Default.Content);
            }

            System.IO.File.Move(next, File, overwrite: true);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot write {File}: {wrong.Message}");
        }
    }

    // XDG base directories: what is not absolute does not count.
    private static string Home() => Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { } told && Path.IsPathRooted(told)
        ? told
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");

    /// <summary>The file's content.</summary>
    internal sealed record Content(string? Default, Dictionary<string, string> Keys);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, WriteIndented = true)]
[JsonSerializable(typeof(SavedKeys.Content))]
internal sealed partial class SavedKeysJson : JsonSerializerContext;
