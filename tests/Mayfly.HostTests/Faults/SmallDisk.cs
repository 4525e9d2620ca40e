using System.Diagnostics;
using System.Globalization;

namespace Mayfly.HostTests.Faults;

/// <summary>A file system of its own that can be filled to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string path) => (Path, _filler) = (path, System.IO.Path.Combine(path, "filler"));

    public string Path { get; }

    public static SmallDisk Mount(int mebibytes)
    {
        var path = Directory.CreateTempSubdirectory("mayfly-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m,mode=0755"), "mayfly-test", path);
        return new SmallDisk(path);
    }

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[Environment.SystemPageSize];
        try
        {
            while (true) file.Write(page);
        }
        catch (IOException full) when (full.Message.Contains("No space left", StringComparison.Ordinal))
        {
            // That was the aim.
        }
    }

    /// <summary>Gives them back.</summary>
    public void Free() => File.Delete(_filler);

    public void Dispose()
    {
        Run("umount", Path);
        Directory.Delete(Path);
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: exit code {process.ExitCode}");
    }
}
