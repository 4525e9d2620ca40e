using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Images;

/// <summary>manifest.json of an image: what is in it, measured in it (docs/image.md describes each field).</summary>
internal sealed record Manifest
{
    /// <summary>Raised when a field changes its meaning or goes away.</summary>
    public const int CurrentSchema = 1;

    // A manifest has about 150 packages, 25 kB. A larger file is not one of ours.
    private const long MaxBytes = 4 << 20;

    public required int Schema { get; init; }

    /// <summary>SHA-256 of the image's inputs, in hex: its name.</summary>
    public required string Digest { get; init; }

    public required string Architecture { get; init; }

    /// <summary>Where Python comes from, and why from there.</summary>
    public required ManifestProvider Provider { get; init; }

    public required DateTimeOffset BuiltAt { get; init; }

    public required IReadOnlyList<ManifestLanguage> Languages { get; init; }

    /// <summary>Everything installed, exact to the hash of its archive.</summary>
    public required IReadOnlyList<ManifestPackage> Packages { get; init; }

    public required ManifestContent Content { get; init; }

    /// <summary>Reads the manifest of the image in <paramref name="imageDirectory"/>.</summary>
    /// <exception cref="ImageBuildException">It is missing or damaged.</exception>
    public static Manifest Read(string imageDirectory)
    {
        var path = Path.Combine(imageDirectory, ImageStore.ManifestFile);
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                throw new JsonException($"{file.Length} bytes are too many");
            }

            var manifest = JsonSerializer.Deserialize(file, ImagesJson.Default.Manifest) ?? throw new JsonException("it is null");
            return manifest.Schema == CurrentSchema ? manifest : throw new JsonException($"schema {manifest.Schema} instead of {CurrentSchema}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ImageBuildException($"cannot read {path}: {failure.Message} Make the image anew: ./mayfly image build --force", failure);
        }
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ImagesJson.Default.Manifest);
}

/// <param name="Name"><c>standalone</c> or <c>distribution</c>.</param>
/// <param name="Why">One sentence.</param>
internal sealed record ManifestProvider(string Name, string Why);

/// <param name="Language">As in a request.</param>
/// <param name="Version">Of the interpreter.</param>
/// <param name="Implementation">Which interpreter.</param>
/// <param name="Licence">SPDX expression.</param>
/// <param name="Libraries">The promised ones.</param>
internal sealed record ManifestLanguage(string Language, string Version, string Implementation, string Licence, IReadOnlyList<ManifestLibrary> Libraries);

internal sealed record ManifestLibrary(string Name, string Version, string Licence);

/// <param name="Name">In its source.</param>
/// <param name="Version">Exact.</param>
/// <param name="Source"><c>debian</c>, <c>npm</c> or <c>pypi</c>.</param>
/// <param name="Hash">Of the archive it came from, <c>algorithm-value</c>: Debian's signed index says so, or the lock file.</param>
/// <param name="Licence">As the package declares it.</param>
internal sealed record ManifestPackage(string Name, string Version, string Source, string Hash, string Licence);

/// <summary>What the root file system must look like: a damaged image is found by it.</summary>
/// <param name="Entries">Files, folders and links.</param>
/// <param name="Bytes">Sum of the files' lengths.</param>
/// <param name="Listing">SHA-256 of path, type, mode, length, time and link target of each: compared at every start.</param>
/// <param name="Contents">The same and the SHA-256 of each file: compared by <c>mayfly image show --verify</c>.</param>
internal sealed record ManifestContent(int Entries, long Bytes, string Listing, string Contents);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(RecipeData))]
[JsonSerializable(typeof(PythonLock))]
[JsonSerializable(typeof(MeasuredLanguage))]
[JsonSerializable(typeof(NpmLock))]
internal sealed partial class ImagesJson : JsonSerializerContext;
