using System.Text.Json.Serialization;

namespace Mayfly.Images;

/// <summary>recipe.json: what the image is made of.</summary>
internal sealed record RecipeData
{
    /// <summary>The Debian release of the root file system.</summary>
    public required string Suite { get; init; }

    /// <summary>Seconds since 1970: the modification time of everything in the image.</summary>
    public required long Timestamp { get; init; }

    public required RecipePackages Packages { get; init; }

    /// <summary>What of a package is not unpacked.</summary>
    public required IReadOnlyList<RecipeExclude> Excludes { get; init; }

    /// <summary>What is promised to programs.</summary>
    public required IReadOnlyList<RecipeLanguage> Languages { get; init; }
}

internal sealed record RecipePackages(
    IReadOnlyList<RecipePackage> Base, IReadOnlyList<RecipePackage> Standalone, IReadOnlyList<RecipePackage> Distribution);

internal sealed record RecipePackage(string Name, string Why);

internal sealed record RecipeExclude(string Path, string Why);

internal sealed record RecipeLanguage(string Language, string Licence, IReadOnlyList<RecipeLibrary> Libraries);

/// <param name="Name">As its authors call it.</param>
/// <param name="Module">As a program imports it.</param>
/// <param name="Licence">SPDX expression, as reviewed.</param>
internal sealed record RecipeLibrary(string Name, string Module, string Licence);

/// <summary>python-3.12.lock.json: the exact inputs of provider <c>standalone</c>.</summary>
internal sealed record PythonLock(LockedInterpreter Interpreter, LockedWheels Wheels);

// Archives by architecture.
internal sealed record LockedInterpreter(string Name, string Version, IReadOnlyDictionary<string, LockedArchive> Archives);

internal sealed record LockedArchive(Uri Url, string Sha256);

internal sealed record LockedWheels
{
    [JsonPropertyName("x86_64")]
    public IReadOnlyList<LockedWheel>? X64 { get; init; }

    [JsonPropertyName("aarch64")]
    public IReadOnlyList<LockedWheel>? Arm64 { get; init; }

    public IReadOnlyList<LockedWheel> For(string architecture) => architecture switch
    {
        "x86_64" => X64 ?? [],
        "aarch64" => Arm64 ?? [],
        _ => [],
    };
}

internal sealed record LockedWheel(string Name, string Version, string File, string Sha256);
