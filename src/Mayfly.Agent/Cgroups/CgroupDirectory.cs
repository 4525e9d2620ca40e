using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mayfly.Agent.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>One directory of a cgroup file system, held by descriptor: no path is looked up twice.</summary>
internal class CgroupDirectory : IDisposable
{
    private readonly SafeFileHandle _directory;

    protected CgroupDirectory(SafeFileHandle directory, string path) => (_directory, Path) = (directory, path);

    /// <summary>For messages only.</summary>
    public string Path { get; }

    /// <summary>Opens one that exists; null if it does not.</summary>
    public static CgroupDirectory? TryOpen(string path)
    {
        var fd = LibC.OpenAt(
            LibC.AtCurrentDirectory, path, LibC.OpenReadOnly | Architecture.OpenDirectory | LibC.OpenCloseOnExec, 0);
        if (fd >= 0) return new CgroupDirectory(new SafeFileHandle(fd, ownsHandle: true), path);
        return Descriptors.LastError == Errno.ENOENT ? null : throw KernelException.Last($"open {path}");
    }

    /// <summary>Makes a new group below this one; it is an error if it exists.</summary>
    public virtual CgroupDirectory MakeChild(string name)
    {
        var path = $"{Path}/{name}";
        Descriptors.Check(LibC.MakeDirectoryAt(_directory, name, 0x1ED /* 0755 */), $"mkdir {path}");
        return new CgroupDirectory(OpenChild(name), path);
    }

    /// <summary>Removes an empty group below this one. False while processes are in it (EBUSY).</summary>
    public virtual bool TryRemoveChild(string name)
    {
        if (LibC.UnlinkAt(_directory, name, LibC.AtRemoveDirectory) == 0) return true;
        return Descriptors.LastError switch
        {
            Errno.ENOENT => true,
            Errno.EBUSY => false,
            var errno => throw new KernelException($"rmdir {Path}/{name}", errno),
        };
    }

    /// <summary>Whether both are the same directory: controllers that are mounted together have one for all.</summary>
    public unsafe bool IsSameAs(CgroupDirectory other) => Identity() == other.Identity();

    public bool Has(string file)
    {
        var fd = LibC.OpenAt(_directory, file, LibC.OpenReadOnly | LibC.OpenCloseOnExec, 0);
        if (fd < 0) return false;
        new SafeFileHandle(fd, ownsHandle: true).Dispose();
        return true;
    }

    /// <summary>Opens one of the group's files.</summary>
    public SafeFileHandle Open(string file, int flags)
    {
        var fd = LibC.OpenAt(_directory, file, flags | LibC.OpenCloseOnExec | Architecture.OpenNoFollow, 0);
        return Descriptors.Own(fd, $"open {Path}/{file}");
    }

    public void Write(string file, long value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        Write(file, text[..length]);
    }

    public void Write(string file, string value) => Write(file, Encoding.ASCII.GetBytes(value));

    /// <summary>Opens one of the group's files to be read again and again.</summary>
    public CgroupFile OpenFile(string file) => new(Open(file, LibC.OpenReadOnly), $"{Path}/{file}");

    /// <inheritdoc cref="CgroupFile.ReadNumber"/>
    public long ReadNumber(string file)
    {
        using var open = OpenFile(file);
        return open.ReadNumber();
    }

    /// <inheritdoc cref="CgroupFile.ReadKeyed"/>
    public long ReadKeyed(string file, ReadOnlySpan<byte> key)
    {
        using var open = OpenFile(file);
        return open.ReadKeyed(key);
    }

    public string ReadText(string file)
    {
        using var open = OpenFile(file);
        return open.ReadText();
    }

    /// <summary>Whether the kernel lists the process in the group.</summary>
    public bool Lists(int pid) =>
        ReadText("cgroup.procs").Split('\n').Contains(pid.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SafeFileHandle OpenChild(string name) => Descriptors.Own(
        LibC.OpenAt(
            _directory,
            name,
            LibC.OpenReadOnly | Architecture.OpenDirectory | Architecture.OpenNoFollow | LibC.OpenCloseOnExec,
            0),
        $"open {Path}/{name}");

    private void Write(string file, ReadOnlySpan<byte> value)
    {
        using var open = Open(file, LibC.OpenWriteOnly | LibC.OpenTruncate);
        // A limit is taken whole or refused.
        if (open.Write(value) != value.Length)
        {
            throw KernelException.Last($"write {Encoding.ASCII.GetString(value)} to {Path}/{file}");
        }
    }

    private unsafe (ulong Device, ulong Inode) Identity()
    {
        // struct statx has the same layout everywhere; an empty path and AT_EMPTY_PATH mean the descriptor itself.
        const int AtEmptyPath = 0x1000;
        const uint StatXInode = 0x100;
        var result = stackalloc byte[256];
        Descriptors.Check(LibC.StatX(_directory, "", AtEmptyPath, StatXInode, result), $"statx {Path}");
        return (*(ulong*)(result + 136), *(ulong*)(result + 32));
    }
}
