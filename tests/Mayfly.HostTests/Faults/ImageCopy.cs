using System.Diagnostics;

namespace Mayfly.HostTests.Faults;

/// <summary>The image with a layer above it that takes all changes.</summary>
internal sealed class ImageCopy : IDisposable
{
    private readonly string _directory;

    private ImageCopy(string directory) => _directory = directory;

    /// <summary>Where images are found by digest.</summary>
    public string Images => $"{_directory}/images";

    /// <summary>The image's root file system.</summary>
    public string Root => $"{Images}/{Path.GetFileName(Host.Image)}/rootfs";

    public static ImageCopy Mount()
    {
        var directory = Directory.CreateTempSubdirectory("mayfly-image-").FullName;
        Run("mount", "-t", "tmpfs", "-o", "mode=0755", "mayfly-test", directory);
        foreach (var name in (string[])["images", "upper", "work"]) Directory.CreateDirectory($"{directory}/{name}");
        Run("mount", "-t", "overlay", "-o", $"lowerdir={Path.GetDirectoryName(Host.Image)},upperdir={directory}/upper,workdir={directory}/work", "mayfly-test", $"{directory}/images");
        return new ImageCopy(directory);
    }

    public void Dispose()
    {
        Run("umount", Images);
        Run("umount", _directory);
        Directory.Delete(_directory);
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: exit code {process.ExitCode}");
    }
}
