namespace Mayfly.Images;

/// <summary>What building an image needs on the host; running cells on a finished one needs none of it.</summary>
/// <param name="Program">Its name in PATH.</param>
/// <param name="Package">The Debian and Ubuntu package that brings it.</param>
/// <param name="Why">What it is for.</param>
internal sealed record ImagePrerequisite(string Program, string Package, string Why)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ImagePrerequisite> All { get; } =
    [
        new("mmdebstrap", "mmdebstrap", "makes the root file system from Debian packages"),
        new("npm", "npm", "fetches Node.js and the JavaScript libraries by their lock file"),
        new("unshare", "util-linux", "runs the image's own programs apart from the host"),
        new("mount", "mount", "gives the image its own /dev and /proc meanwhile"),
        new("find", "findutils", "lists the image"),
        new("sync", "coreutils", "flushes the image to the disk before it gets its name"),
        new("tar", "tar", "unpacks the interpreter"),
    ];

    /// <summary>Those that this machine lacks.</summary>
    public static IReadOnlyList<ImagePrerequisite> Missing() => [.. All.Where(one => !one.IsHere())];

    /// <summary>Whether it is found in PATH.</summary>
    public bool IsHere()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => File.Exists(Path.Combine(folder, Program)));
    }
}
