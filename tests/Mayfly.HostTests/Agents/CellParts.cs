using Mayfly.Cells.Launching;

namespace Mayfly.HostTests.Agents;

/// <summary>What a cell is made of, as ./mayfly has built it: agent, jailer, filter, and the image's root.</summary>
internal static class CellParts
{
    /// <summary>The directory with mayfly-agent, jailer and seccomp.bpf.</summary>
    public static string Program => Environment.GetEnvironmentVariable("MAYFLY_TEST_CELL") is { Length: > 0 } given
        ? given
        : Path.Combine(Repository, "artifacts/app/cell");

    /// <summary>The newest image's root.</summary>
    public static string? RootFs => Environment.GetEnvironmentVariable("MAYFLY_TEST_ROOTFS") is { Length: > 0 } given
        ? given
        : NewestImage(Environment.GetEnvironmentVariable("MAYFLY_IMAGES") is { Length: > 0 } images ? images : "/var/cache/mayfly/images");

    public static string? Runc => Programs.Directories.Select(directory => $"{directory}/runc").FirstOrDefault(File.Exists);

    /// <summary>Why no cell can be made here; null if one can.</summary>
    public static string? Missing()
    {
        if (Environment.UserName != "root") return "root is needed to make a cell";
        if (Runc is null) return "runc is not installed";
        if (!File.Exists(Path.Combine(Program, "mayfly-agent"))) return $"{Program} holds no mayfly-agent: ./mayfly build, or MAYFLY_TEST_CELL";
        return RootFs is null ? "there is no image: ./mayfly image build, or MAYFLY_TEST_ROOTFS" : null;
    }

    private static string Repository
    {
        get
        {
            var directory = AppContext.BaseDirectory;
            while (directory is not null && !File.Exists(Path.Combine(directory, "mayfly.slnx"))) directory = Path.GetDirectoryName(directory);
            return directory ?? AppContext.BaseDirectory;
        }
    }

    private static string? NewestImage(string images) => Directory.Exists(images)
        ? new DirectoryInfo(images).EnumerateDirectories()
            .Where(directory => File.Exists(Path.Combine(directory.FullName, "manifest.json")))
            .OrderByDescending(directory => directory.LastWriteTimeUtc)
            .Select(directory => Path.Combine(directory.FullName, "rootfs"))
            .FirstOrDefault()
        : null;
}
