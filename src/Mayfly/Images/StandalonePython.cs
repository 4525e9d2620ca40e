using System.Text;

namespace Mayfly.Images;

/// <summary>CPython 3.12 from its archive and wheels from pip's index, each by the hash in python-3.12.lock.json.</summary>
internal sealed class StandalonePython(ImageRecipe recipe, Downloads downloads)
{
    /// <summary>What it is, for messages.</summary>
    public string Title => $"{recipe.Python.Interpreter.Name} {recipe.Python.Interpreter.Version}";

    /// <summary>Whether the archive's server answers. Quick, so that a machine without it does not wait.</summary>
    /// <exception cref="SourceUnreachableException">It does not, or nothing is locked for this architecture.</exception>
    public Task ProbeAsync(CancellationToken cancel) => downloads.ProbeAsync(Archive.Url, TimeSpan.FromSeconds(5), cancel);

    /// <summary>
    /// Makes <paramref name="stage"/>/python: the interpreter, <c>wheels/</c> and <c>requirements.txt</c>. The interpreter's own pip
    /// downloads them, with the settings that pip has on this machine (index, proxy, certificates).
    /// </summary>
    /// <exception cref="SourceUnreachableException">One of the two sources could not be reached, or lacks a file.</exception>
    /// <exception cref="HashMismatchException">Something is not what the lock file says.</exception>
    public async Task FetchAsync(string stage, IProgress<string> progress, CancellationToken cancel)
    {
        progress.Report($"downloading {Title}");
        var archive = await downloads.GetAsync(Archive.Url, Archive.Sha256, progress, cancel);

        var directory = Path.Combine(stage, "python");
        var wheels = Path.Combine(directory, "wheels");
        Directory.CreateDirectory(wheels);
        await new ExternalProgram("tar", "--extract", "--gzip", "--file", archive, "--directory", directory, "--no-same-owner", "--no-same-permissions")
        {
            Limit = TimeSpan.FromMinutes(3),
        }.RunAsync(cancel);

        var requirements = Path.Combine(directory, "requirements.txt");
        await File.WriteAllTextAsync(requirements, Requirements(Wheels), cancel);
        progress.Report($"downloading {Wheels.Count} wheels");
        await DownloadWheelsAsync(Path.Combine(directory, "python/bin/python3"), requirements, wheels, cancel);

        // pip has compared the hashes already; a wheel that it took from somewhere else would be seen here.
        foreach (var wheel in Wheels)
        {
            var path = Path.Combine(wheels, wheel.File);
            if (!File.Exists(path))
            {
                throw new ImageBuildException($"pip downloaded {string.Join(", ", Directory.EnumerateFiles(wheels).Select(Path.GetFileName))} and not {wheel.File}");
            }

            await Downloads.RequireHashAsync(wheel.File, path, wheel.Sha256, cancel);
        }
    }

    /// <summary>What was locked, for the manifest.</summary>
    public IEnumerable<ManifestPackage> Packages(IReadOnlyDictionary<string, string> licences) => Wheels.Select(wheel =>
        new ManifestPackage(wheel.Name, wheel.Version, "pypi", "sha256-" + wheel.Sha256, licences.GetValueOrDefault(wheel.Name, "")));

    internal static string Requirements(IEnumerable<LockedWheel> wheels)
    {
        var text = new StringBuilder();
        foreach (var wheel in wheels)
        {
            text.Append(wheel.Name).Append("==").Append(wheel.Version).Append(" --hash=sha256:").Append(wheel.Sha256).Append('\n');
        }

        return text.ToString();
    }

    private LockedArchive Archive => recipe.Python.Interpreter.Archives.GetValueOrDefault(recipe.Architecture) is { } archive && Wheels.Count > 0
        ? archive
        : throw new SourceUnreachableException($"python-3.12.lock.json has no interpreter or no wheels for {recipe.Architecture}");

    private IReadOnlyList<LockedWheel> Wheels => recipe.Python.Wheels.For(recipe.Architecture);

    private static async Task DownloadWheelsAsync(string python, string requirements, string wheels, CancellationToken cancel)
    {
        try
        {
            await new ExternalProgram(python, "-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir", "--timeout", "10", "--retries", "1",
                "download", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement", requirements, "--dest", wheels)
            {
                Name = "pip download",
                Limit = TimeSpan.FromMinutes(10),
            }.RunAsync(cancel);
        }
        catch (ImageBuildException failure) when (!failure.Message.Contains("DO NOT MATCH THE HASHES", StringComparison.Ordinal))
        {
            var lastWord = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
            throw new SourceUnreachableException($"pip's index cannot be reached or lacks a wheel: {lastWord}", failure);
        }
    }
}
