using Mayfly.Images;

namespace Mayfly.Api;

/// <summary>GET …/runtimes: exact versions of what programs can use, and the image that they are in.</summary>
internal sealed class RuntimesEndpoint(CellSide cells, string images)
{
    // An image never changes under its digest, so its manifest is read once.
    private volatile Manifest? _manifest;

    internal IResult Answer()
    {
        var fleet = cells.Fleet();
        if (Find(fleet.ImageDigest) is not { } manifest) return new ProblemResult(Problems.NoImage());

        return Results.Json(
            new RuntimesAnswer
            {
                Languages = [.. manifest.Languages.Select(language => new RuntimeAnswer
                {
                    Language = language.Language,
                    Version = language.Version,
                    Implementation = language.Implementation,
                    MeasuredVersion = fleet.Newest?.Runtimes.FirstOrDefault(runtime => Languages.Name(runtime.Language) == language.Language)?.Version,
                    Licence = language.Licence,
                    Libraries = [.. language.Libraries.Select(library => new LibraryAnswer(library.Name, library.Version, library.Licence))],
                })],
                Image = new ImageAnswer(manifest.Digest, manifest.Architecture, manifest.BuiltAt, new ProviderAnswer(manifest.Provider.Name, manifest.Provider.Why)),
                Launcher = fleet.Launcher,
                WaivedLayers = [.. fleet.Newest?.Posture.Where(layer => !layer.InForce).Select(layer => layer.Name) ?? []],
                CellReuse = fleet.Reuse.ToString().ToLowerInvariant(),
            },
            ApiJson.Readable.RuntimesAnswer);
    }

    /// <summary>The languages with their libraries' names and versions; empty as long as no image is known.</summary>
    internal IReadOnlyList<(string Language, string Version, IReadOnlyList<string> Libraries)> Describe() =>
        Find(cells.Fleet().ImageDigest) is not { } manifest
            ? []
            : [.. manifest.Languages.Select(language => (language.Language, language.Version, (IReadOnlyList<string>)[.. language.Libraries.Select(library => $"{library.Name} {library.Version}")]))];

    private Manifest? Find(string digest)
    {
        if (_manifest?.Digest == digest) return _manifest;

        // Empty until mayfly-cells has said it; and a name of ours is made of these characters only.
        if (digest.Length == 0 || !digest.All(char.IsAsciiHexDigitLower)) return null;
        try
        {
            return _manifest = Manifest.Read(Path.Combine(images, digest));
        }
        catch (ImageBuildException)
        {
            return null;
        }
    }
}

/// <summary>What programs can use.</summary>
internal sealed record RuntimesAnswer
{
    public required RuntimeAnswer[] Languages { get; init; }

    /// <summary>The read-only root file system that all of it is in.</summary>
    public required ImageAnswer Image { get; init; }

    /// <summary>Kind of the cells.</summary>
    public required string Launcher { get; init; }

    /// <summary>Layers that are not in force, because the operator gave them up by name; a cell that misses another one serves nothing.</summary>
    public required string[] WaivedLayers { get; init; }

    /// <summary>Whose executions may share a cell: <c>never</c> (each has one of its own), <c>key</c> (one key's) or <c>shared</c> (everybody's).</summary>
    public required string CellReuse { get; init; }
}

/// <summary>One language.</summary>
internal sealed record RuntimeAnswer
{
    /// <summary>As in a request.</summary>
    public required string Language { get; init; }

    /// <summary>Of the interpreter, by the image's manifest.</summary>
    public required string Version { get; init; }

    /// <summary>Which interpreter.</summary>
    public required string Implementation { get; init; }

    /// <summary>Of the interpreter, as the newest cell measured it by running it in a jail.</summary>
    public string? MeasuredVersion { get; init; }

    /// <summary>SPDX expression.</summary>
    public required string Licence { get; init; }

    public required LibraryAnswer[] Libraries { get; init; }
}

/// <summary>One library that is promised to be there.</summary>
internal sealed record LibraryAnswer(string Name, string Version, string Licence);

/// <summary>The image.</summary>
internal sealed record ImageAnswer(string Digest, string Architecture, DateTimeOffset BuiltAt, ProviderAnswer PythonProvider);

/// <summary>Where Python comes from, and why from there.</summary>
internal sealed record ProviderAnswer(string Name, string Why);
