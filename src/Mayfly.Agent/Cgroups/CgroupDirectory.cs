using System.Globalization;
using Mayfly.Agent.Kernel;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Cgroups;

/// <summary>One directory of a cgroup file system. The launcher's are held by descriptor; a group below one is named from there, since it is used too briefly to be worth one.</summary>
internal class CgroupDirectory : IDisposable
{
    private readonly SafeFileHandle _held;
    private readonly string _heldPath;

    // From what is held to here: "", or ends with a slash.
    private readonly string _below;

    protected CgroupDirectory(SafeFileHandle directory, string path) => (_held, _heldPath, _below) = (directory, path, "");

    private CgroupDirectory(CgroupDirectory parent, string name) =>
        (_held, _heldPath, _below) = (parent._held, parent._heldPath, $"{parent._below}{name}/");

    /// <summary>For messages only.</summary>
    public string Path => $"{_heldPath}/{_below}".TrimEnd('/');

    /// <summary>Opens one that exists; null if it does not.</summary>
    public static CgroupDirectory? TryOpen(string path)
    {
        var fd = LibC.OpenAt(
            LibC.AtCurrentDirectory, path, LibC.OpenReadOnly | Architecture.OpenDirectory | LibC.OpenCloseOnExec, 0);
        if (fd >= 0) return new CgroupDirectory(new SafeFileHandle(fd, ownsHandle: true), path);
        return Descriptors.LastError == Errno.ENOENT ? null : throw KernelException.Last($"open {path}");
    }

    /// <summary>Makes a new group below this one, which has to stay open as long; it is an error if it exists.</summary>
    public virtual CgroupDirectory MakeChild(string name) =>
        LibC.MakeDirectoryAt(_held, _below + name, 0x1ED /* 0755 */) == 0 ? new CgroupDirectory(this, name) : throw KernelException.Last($"mkdir {Path}/{name}");

    /// <summary>Removes an empty group below this one. False while processes are in it (EBUSY).</summary>
    public virtual bool TryRemoveChild(string name)
    {
        if (LibC.UnlinkAt(_held, _below + name, LibC.AtRemoveDirectory) == 0) return true;
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
        var fd = LibC.OpenAt(_held, _below + file, LibC.OpenReadOnly | LibC.OpenCloseOnExec, 0);
        if (fd < 0) return false;
        new SafeFileHandle(fd, ownsHandle: true).Dispose();
        return true;
    }

    /// <summary>Opens one of the group's files.</summary>
    public SafeFileHandle Open(string file, int flags)
    {
        var fd = LibC.OpenAt(_held, _below + file, flags | LibC.OpenCloseOnExec | Architecture.OpenNoFollow, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw KernelException.Last($"open {Path}/{file}");
    }

    public void Write(string file, long value)
    {
        using var open = OpenFile(file, LibC.OpenWriteOnly);
        open.Write(value);
    }

    public void Write(string file, string value)
    {
        using var open = OpenFile(file, LibC.OpenWriteOnly);
        open.Write(value);
    }

    /// <summary>Opens one of the group's files to be read, or written, again and again.</summary>
    public CgroupFile OpenFile(string file, int flags = LibC.OpenReadOnly) => new(Open(file, flags), this, file);

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
        if (_below.Length == 0) _held.Dispose();
        GC.SuppressFinalize(this);
    }

    private unsafe (ulong Device, ulong Inode) Identity()
    {
        // struct statx has the same layout everywhere; an empty path and AT_EMPTY_PATH mean the descriptor itself.
        const int AtEmptyPath = 0x1000;
        const uint StatXInode = 0x100;
        var result = stackalloc byte[256];
        Descriptors.Check(LibC.StatX(_held, _below, AtEmptyPath, StatXInode, result), $"statx {Path}");
        return (*(ulong*)(result + 136), *(ulong*)(result + 32));
    }
}
