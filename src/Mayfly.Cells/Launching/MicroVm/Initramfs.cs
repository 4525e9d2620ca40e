using System.Globalization;
using System.Text;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>The first file system of a guest, as the kernel unpacks it: a cpio archive of the kind "newc".</summary>
/// <remarks>
/// Made at each start, out of the copy of the program that runs: agent and launcher are always of one build, whatever image they meet. All times and
/// numbers in it are the same for the same files.
/// </remarks>
internal static class Initramfs
{
    private const int RegularFile = 0x8000, Folder = 0x4000, CharacterDevice = 0x2000;
    private const int Readable = 0x1A4, Executable = 0x1ED; // 0644, 0755

    /// <summary>Writes it.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="app">The program's copy: <c>guest/</c> has the guest's PID 1 and filter, <c>cell/</c> becomes /mayfly.</param>
    /// <param name="modules">Kernel modules, in the order in which they are loaded.</param>
    public static void Write(Stream output, string app, IReadOnlyList<string> modules)
    {
        var archive = new Archive(output);
        archive.Folder("dev");
        archive.Device("dev/console", 5, 1); // before PID 1 has mounted anything, the kernel opens it
        archive.Folder("modules");
        foreach (var module in modules)
        {
            archive.File($"modules/{Path.GetFileName(module)}", File.ReadAllBytes(module), Readable);
        }

        archive.File("modules/list", Encoding.ASCII.GetBytes(string.Concat(modules.Select(module => Path.GetFileName(module) + "\n"))), Readable);
        archive.File("init", File.ReadAllBytes($"{app}/guest/guest-init"), Executable);
        archive.File("cell-seccomp.bpf", File.ReadAllBytes($"{app}/guest/cell-seccomp.bpf"), Readable);
        AddTree(archive, $"{app}/cell", "mayfly");
        archive.End();
    }

    private static void AddTree(Archive archive, string source, string target)
    {
        archive.Folder(target);
        foreach (var entry in new DirectoryInfo(source).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo)
            {
                AddTree(archive, entry.FullName, $"{target}/{entry.Name}");
            }
            else
            {
                archive.File($"{target}/{entry.Name}", File.ReadAllBytes(entry.FullName), entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? Executable : Readable);
            }
        }
    }

    private sealed class Archive(Stream output)
    {
        private int _inode;

        public void Folder(string name) => Add(name, Initramfs.Folder | Executable, []);

        public void Device(string name, int major, int minor) => Add(name, CharacterDevice | 0x180, [], major, minor); // 0600

        public void File(string name, byte[] content, int mode) => Add(name, RegularFile | mode, content);

        public void End() => Add("TRAILER!!!", 0, []);

        // initramfs-buffer-format: thirteen numbers of eight hexadecimal digits, the name, the content; each padded to four bytes.
        private void Add(string name, int mode, byte[] content, int major = 0, int minor = 0)
        {
            var (links, nameBytes) = (1, Encoding.ASCII.GetByteCount(name) + 1);
            int[] fields = [mode == 0 ? 0 : ++_inode, mode, 0, 0, links, 0, content.Length, 0, 0, major, minor, nameBytes, 0];
            var header = "070701" + string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture))) + name + "\0";
            Write(Encoding.ASCII.GetBytes(header));
            Write(content);
        }

        private void Write(byte[] part)
        {
            output.Write(part);
            output.Write(new byte[-part.Length & 3]);
        }
    }
}
