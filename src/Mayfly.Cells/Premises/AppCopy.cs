using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.Cells.Kernel;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Premises;

/// <summary>The published program, copied to <c>&lt;data&gt;/app/&lt;build&gt;</c>.</summary>
/// <remarks>
/// A checkout under /root or /home is closed to the gateway's user and to the cells, and a build would change files under a
/// running service. The copy belongs to root, is readable by all, and is never changed once it has its name.
/// </remarks>
internal static class AppCopy
{
    private const string Agent = "cell/mayfly-agent";
    private const string Partial = ".partial-";
    private const UnixFileMode Readable = (UnixFileMode)0x1A4, Executable = (UnixFileMode)0x1ED; // 0644, 0755

    /// <summary>Makes the copy unless it is there, and removes those of other builds.</summary>
    /// <returns>Its directory.</returns>
    public static string Make(string data, string app)
    {
        if (!File.Exists($"{app}/{Agent}"))
        {
            throw new StartException($"--app {app}: {Agent} is missing. Build it: ./mayfly build");
        }

        var files = new DirectoryInfo(app).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var all = $"{data}/app";
        var copy = $"{all}/{BuildOf(app, files)}";
        Files.MakeDirectory(all, 0x1ED);
        RemoveOthers(all, copy);
        if (!Directory.Exists(copy))
        {
            var partial = $"{all}/{Partial}{Path.GetFileName(copy)}";
            Copy(app, files, partial);
            Directory.Move(partial, copy);
        }

        return copy;
    }

    // Names, sizes and times tell one build from another; hashing 40 MB would cost each start a fifth of a second.
    private static string BuildOf(string app, List<FileInfo> files)
    {
        var description = new StringBuilder();
        foreach (var file in files)
        {
            if (file.LinkTarget is not null)
            {
                throw new StartException($"--app {app}: {file.FullName} is a symbolic link. A published program has none; publish it anew.");
            }

            description.Append(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(app, file.FullName)}\0{file.Length}\0{file.LastWriteTimeUtc.Ticks}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(description.ToString())))[..16];
    }

    private static void Copy(string app, List<FileInfo> files, string partial)
    {
        Files.MakeDirectory(partial, 0x1ED);
        foreach (var file in files)
        {
            var target = $"{partial}/{Path.GetRelativePath(app, file.FullName)}";
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
            File.SetUnixFileMode(target, file.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : Readable);
        }

        // On the disk before it gets its name: a machine that loses power must not find empty files under a finished name.
        using var handle = File.OpenHandle($"{partial}/{Path.GetRelativePath(app, files[0].FullName)}");
        if (LibC.SyncFileSystem(handle) != 0)
        {
            throw KernelException.Last($"syncfs of {partial}", "The disk may be full or failing.");
        }
    }

    private static void RemoveOthers(string all, string copy)
    {
        foreach (var directory in Directory.EnumerateDirectories(all))
        {
            if (directory != copy)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }
}
