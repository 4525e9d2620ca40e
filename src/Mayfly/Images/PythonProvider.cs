namespace Mayfly.Images;

/// <summary>Where the image's Python comes from.</summary>
internal enum PythonProvider
{
    /// <summary>CPython 3.12 and wheels, each by its hash in python-3.12.lock.json.</summary>
    Standalone,

    /// <summary>The distribution's own Python 3 and packages, whatever version it has.</summary>
    Distribution,
}

/// <summary>A provider and the reason for it, shown wherever versions are shown.</summary>
internal sealed record ProviderDecision(PythonProvider Provider, string Why);

/// <summary>Names of providers in settings, manifest and messages.</summary>
internal static class PythonProviderNames
{
    public const string Automatic = "automatic";

    public static string Name(this PythonProvider provider) => provider switch
    {
        PythonProvider.Standalone => "standalone",
        PythonProvider.Distribution => "distribution",
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, null),
    };

    /// <summary>The provider of that name; null for <see cref="Automatic"/> and for nothing at all.</summary>
    /// <exception cref="ImageBuildException">There is no such provider.</exception>
    public static PythonProvider? Parse(string? name) => name switch
    {
        null or "" or Automatic => null,
        "standalone" => PythonProvider.Standalone,
        "distribution" => PythonProvider.Distribution,
        _ => throw new ImageBuildException($"""there is no image provider "{name}". One of: automatic, standalone, distribution"""),
    };
}
