using System.Security.Cryptography;

namespace Mayfly.Images;

/// <summary>An image on disk.</summary>
/// <param name="Directory">Holds <c>rootfs/</c> and <c>manifest.json</c>.</param>
/// <param name="Manifest">What is in it.</param>
internal sealed record Image(string Directory, Manifest Manifest)
{
    public string Root => Path.Combine(Directory, ImageStore.RootDirectory);
}

/// <summary>
/// The folder that holds images: <c>&lt;digest&gt;/</c>, complete from the moment that it has this name. While one is made it is
/// <c>.building-…</c>; one that was exchanged for a new build stays as <c>.replaced-…</c> until no cell uses it. One builder
/// at a time, by a lock that the kernel takes back when its holder dies: what is unfinished under the lock is nobody's, and swept.
/// </summary>
internal sealed class ImageStore(string directory)
{
    public const string ManifestFile = "manifest.json";
    public const string RootDirectory = "rootfs";

    private const string Building = ".building-";
    private const string Replaced = ".replaced-";
    private const string LockFile = ".lock";

    /// <summary>Where images are.</summary>
    public string Directory { get; } = directory;

    /// <summary>Files on their way into an image; may be removed at any time.</summary>
    public string DownloadDirectory => Path.Combine(Directory, ".downloads");

    /// <summary>
    /// The image of this recipe that is there. Without a wish for a provider: Python 3.12 if there is such an image, else the
    /// distribution's. Asks no network.
    /// </summary>
    public Image? Find(ImageRecipe recipe, PythonProvider? provider = null)
    {
        PythonProvider[] candidates = provider is { } wanted ? [wanted] : [PythonProvider.Standalone, PythonProvider.Distribution];
        return candidates.Select(candidate => Find(recipe.Digest(candidate))).FirstOrDefault(image => image is not null);
    }

    /// <summary>The image of that digest, if it is there.</summary>
    public Image? Find(string digest)
    {
        var image = Path.Combine(Directory, digest);
        return File.Exists(Path.Combine(image, ManifestFile)) ? new Image(image, Manifest.Read(image)) : null;
    }

    /// <summary>Compares an image with its manifest: every entry's rights and length, and every byte if <paramref name="contents"/>.</summary>
    /// <exception cref="ImageBuildException">It is damaged.</exception>
    public static async Task VerifyAsync(Image image, bool contents, CancellationToken cancel)
    {
        var tree = await ImageTree.ReadAsync(image.Root, cancel);
        var expected = image.Manifest.Content;
        var (what, wanted, found) = contents
            ? ("contents", expected.Contents, await tree.ContentsDigestAsync(cancel))
            : ("list of files", expected.Listing, tree.ListingDigest());
        if (wanted != found)
        {
            throw new ImageBuildException(
                $"the image {image.Directory} is damaged: its {what} should have sha256 {wanted}, but has {found} " +
                $"({tree.Count} of {expected.Entries} entries, {tree.Bytes} of {expected.Bytes} bytes). Make it anew: ./mayfly image build --force");
        }
    }

    /// <summary>Waits until no other process builds here.</summary>
    public async Task<IDisposable> LockAsync(IProgress<string>? progress, CancellationToken cancel)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var told = false;
        while (true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX): gone with the process, however it ends.
                return new FileStream(Path.Combine(Directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (IsHeldElsewhere(failure))
            {
                if (!told)
                {
                    progress?.Report($"another process builds an image in {Directory}: waiting for it");
                    told = true;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
            }
        }
    }

    /// <summary>Throws, before anything is begun, if the disk has not that much left.</summary>
    public void RequireSpace(long bytes)
    {
        var free = new DriveInfo(Directory).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new ImageBuildException(
                $"{Directory} has {free >> 20} MiB free; building an image takes up to {bytes >> 20} MiB. Free space or choose another place with --images.");
        }
    }

    /// <summary>A new empty folder in which the holder of the lock makes an image.</summary>
    public string NewBuildDirectory()
    {
        var path = Path.Combine(Directory, Building + RandomName());
        System.IO.Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>
    /// Gives a finished build its name, at once and for good. An image of that name is exchanged for it in one step: at no
    /// moment is there none, and a cell that runs on the old one keeps it.
    /// </summary>
    /// <param name="buildDirectory">Holds rootfs and manifest, and nothing else.</param>
    /// <param name="digest">Its name.</param>
    /// <param name="cancel">Before the first step only.</param>
    public async Task<Image> PublishAsync(string buildDirectory, string digest, CancellationToken cancel)
    {
        var image = Path.Combine(Directory, digest);

        // A name that outlives a power failure while the bytes do not would be a half-built image that looks whole.
        await FlushAsync(buildDirectory, cancel);
        if (System.IO.Directory.Exists(image))
        {
            // First the name, then the exchange: whenever this is cut short, a cell's image is never called unfinished.
            var aside = Path.Combine(Directory, Replaced + RandomName());
            AtomicRename.Move(buildDirectory, aside);
            AtomicRename.Exchange(aside, image);
        }
        else
        {
            AtomicRename.Move(buildDirectory, image);
        }

        await FlushAsync(Directory, CancellationToken.None);
        Sweep();
        return Find(digest)!;
    }

    /// <summary>Removes the downloads: they are in an image now.</summary>
    public void DropDownloads()
    {
        if (System.IO.Directory.Exists(DownloadDirectory))
        {
            System.IO.Directory.Delete(DownloadDirectory, recursive: true);
        }
    }

    /// <summary>Removes what no builder will finish and no cell uses. The caller holds the lock, so a build that is there is nobody's.</summary>
    public void Sweep()
    {
        foreach (var path in System.IO.Directory.EnumerateDirectories(Directory, Building + "*").ToList())
        {
            Remove(path);
        }

        foreach (var path in System.IO.Directory.EnumerateDirectories(Directory, Replaced + "*").ToList())
        {
            if (!IsMounted(Path.GetFileName(path)))
            {
                Remove(path);
            }
        }
    }

    /// <summary>Removes a folder, unless something is mounted in it: what would be removed then is not the folder's.</summary>
    private static void Remove(string path)
    {
        if (SeesMountIn(Path.GetFileName(path), "/proc/self"))
        {
            throw new ImageBuildException($"{path} is left over from a build and something is mounted in it. See: findmnt --list | grep {path}");
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                System.IO.Directory.Delete(path, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                // The programs of a builder that was killed die with it, but not in the same instant.
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>
    /// Whether any process sees a mount of that folder. The kernel gives a bind mount's source by its present name, in whichever
    /// namespace, so a cell that was started on an image before it was replaced is found without its help.
    /// </summary>
    private static bool IsMounted(string name)
    {
        foreach (var process in System.IO.Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                if (SeesMountIn(name, process))
                {
                    return true;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return false;
    }

    // In it, or of it as a whole: micro-VMs have the folder of their part itself.
    private static bool SeesMountIn(string name, string process)
    {
        var mounts = File.ReadAllText(Path.Combine(process, "mountinfo"));
        return mounts.Contains($"/{name}/", StringComparison.Ordinal) || mounts.Contains($"/{name} ", StringComparison.Ordinal);
    }

    private static async Task FlushAsync(string path, CancellationToken cancel) =>
        await new ExternalProgram("sync", "--file-system", path) { Limit = TimeSpan.FromMinutes(5) }.RunAsync(cancel);

    private static string RandomName() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    // .NET has no type of its own for EWOULDBLOCK of flock.
    private static bool IsHeldElsewhere(IOException failure) => failure.HResult == 11;
}
