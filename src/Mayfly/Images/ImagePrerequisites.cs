namespace Mayfly.Images;

/// <summary>What building an image needs on the host; running cells on a finished one needs none of it.</summary>
/// <param name="File">A program, or the path of a file.</param>
/// <param name="Package">The Debian and Ubuntu package that brings it.</param>
/// <param name="Why">What it is for.</param>
internal sealed record ImagePrerequisite(string File, string Package, string Why)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImagePrerequisite> All { get; } =
    [
        new("mmdebstrap", "mmdebstrap", "makes the root file system from Debian packages"),
        new("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring", "the keys that sign Debian's package indices"),
        new("npm", "npm", "fetches Node.js and the JavaScript libraries by their lock file"),
        new("unshare", "util-linux", "runs the image's own programs apart from the host"),
        new("find", "findutils", "lists the image"),
        new("sync", "coreutils", "flushes the image to the disk before it gets its name"),
        new("tar", "tar", "unpacks the interpreter"),
    ];

    /// <summary>Those that this machine lacks.</summary>
    public static IReadOnlyList<ImagePrerequisite> Missing() => [.. All.Where(one => !one.IsHere())];

    private bool IsHere()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return Path.IsPathRooted(File) ? System.IO.File.Exists(File) : folders.Any(folder => System.IO.File.Exists(Path.Combine(folder, File)));
    }
}
