using System.Runtime.InteropServices;
using Mayfly.Protocol.Descriptors;

namespace Mayfly.Cells.Kernel;

/// <summary>Calls on paths that .NET has no word for. Every path here belongs to root: no cell and no gateway can write along it.</summary>
internal static unsafe class Files
{
    public static string RealPath(string path)
    {
        var resolved = LibC.RealPath(path, null);
        if (resolved == null)
        {
            throw KernelException.Last($"realpath of {path}", "The path, or a directory on the way to it, does not exist.");
        }

        try
        {
            return Marshal.PtrToStringUTF8((nint)resolved)!;
        }
        finally
        {
            LibC.Free(resolved);
        }
    }

    /// <summary>Owner, group and permission bits of an absolute path.</summary>
    public static (uint Uid, uint Gid, UnixFileMode Mode) StatusOf(string path)
    {
        const uint TypeModeUidGid = 0x1 | 0x2 | 0x8 | 0x10;
        LibC.FileStatus status;
        return LibC.Status(-1, path, 0, TypeModeUidGid, &status) == 0
            ? (status.Uid, status.Gid, (UnixFileMode)(status.Mode & 0xFFF))
            : throw KernelException.Last($"statx of {path}");
    }

    public static void ChangeOwner(string path, uint uid, uint gid)
    {
        if (LibC.ChangeOwner(path, uid, gid) != 0)
        {
            throw KernelException.Last($"chown {path} to {uid}:{gid}");
        }
    }

    public static void Mount(string source, string target, string? type, ulong flags, string? data = null)
    {
        if (LibC.Mount(source, target, type, flags, data) != 0)
        {
            throw KernelException.Last($"mount {source} on {target}", "mayfly-cells needs CAP_SYS_ADMIN in the machine's own namespaces; inside an unprivileged container it has none.");
        }
    }

    /// <summary>A second view of a directory that cannot be written through.</summary>
    public static void BindReadOnly(string source, string target)
    {
        const ulong Flags = LibC.MsBind | LibC.MsRdOnly | LibC.MsNoSuid | LibC.MsNoDev;
        Mount(source, target, null, LibC.MsBind);
        Mount(source, target, null, Flags | LibC.MsRemount); // a bind takes its flags only when it is mounted again
    }

    public static void MakeDirectory(string path, uint mode)
    {
        if (LibC.MakeDirectory(path, mode) != 0 && Marshal.GetLastPInvokeError() != Errno.EEXIST)
        {
            throw KernelException.Last($"mkdir {path}");
        }

        ChangeMode(path, mode); // whatever the umask or an earlier owner made of it
    }

    public static void ChangeMode(string path, uint mode)
    {
        if (LibC.ChangeMode(path, mode) != 0)
        {
            throw KernelException.Last($"chmod {path} to {Convert.ToString(mode, 8)}");
        }
    }

    public static void MakeCharacterDevice(string path, uint major, uint minor)
    {
        if (LibC.MakeNode(path, LibC.FileTypeCharacter | 0x1B6, (major << 8) | minor) != 0) // 0666
        {
            throw KernelException.Last($"mknod {path} c {major} {minor}", "It needs CAP_MKNOD.");
        }

        ChangeMode(path, 0x1B6);
    }
}
