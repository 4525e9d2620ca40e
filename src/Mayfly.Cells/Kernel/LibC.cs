using System.Runtime.InteropServices;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Kernel;

/// <summary>The system calls that only the privileged process makes, as they are. Numbers and layouts are those of 64-bit Linux.</summary>
internal static unsafe partial class LibC
{
    public const int CloneNewNs = 0x20000;
    public const ulong MsRdOnly = 1, MsNoSuid = 2, MsNoDev = 4, MsNoExec = 8, MsRemount = 32, MsBind = 4096, MsRec = 16384, MsSlave = 1 << 19;
    public const int PrCapBsetRead = 23, PrCapBsetDrop = 24, PrSetChildSubreaper = 36, PrSetNoNewPrivs = 38, PrGetNoNewPrivs = 39;
    public const int RlimitCore = 4, RlimitNoFile = 7;
    public const int LockEx = 2, LockNb = 4;
    public const int InCloexec = 0x80000, InNonblock = 0x800;
    public const uint InModify = 2;
    public const uint FileTypeCharacter = 0x2000;
    public const int PAll = 0, WNoHang = 1, WExited = 4, WNoWait = 0x01000000;

    [StructLayout(LayoutKind.Sequential)]
    public struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary>The part of struct statx that is asked for here; the kernel's struct is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct FileStatus
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;
    }

    /// <summary>glibc's struct passwd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PasswordEntry
    {
        public byte* Name, Password;
        public uint Uid, Gid;
        public byte* Gecos, Home, Shell;
    }

    /// <summary>The part of siginfo_t that waitid(2) fills in; the kernel's struct is 128 bytes long.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct SignalInfo
    {
        public int Signal, Error, Code;
        private readonly int _padding;
        public int Pid;
        public uint Uid;
        public int Status;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    /// <summary>Opens a file of root's for reading and writing, and makes it if missing. .NET's way takes a lock of its own.</summary>
    public static SafeFileHandle OpenOrCreate(string path)
    {
        const int ReadWrite = 2, Create = 0x40, Cloexec = 0x80000;
        var descriptor = Open(path, ReadWrite | Create | Cloexec, 0x180); // 0600
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw KernelException.Last($"open {path}");
    }

    /// <summary>Opens a directory to work relative to it; null if it is gone.</summary>
    public static SafeFileHandle? OpenDirectory(string path)
    {
        const int Path = 0x200000, Cloexec = 0x80000; // O_PATH, O_CLOEXEC; anything but a directory fails at its first use
        var descriptor = Open(path, Path | Cloexec, 0);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : Marshal.GetLastPInvokeError() is Errno.ENOENT or ENODEV ? null : throw KernelException.Last($"open {path}");
    }

    private const int ENODEV = 19; // a cgroup that was removed meanwhile

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    public static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int ProcessControl(int option, nuint a2, nuint a3, nuint a4, nuint a5);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "umask")]
    public static partial uint Umask(uint mask);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUid();

    [LibraryImport("libc", EntryPoint = "close_range", SetLastError = true)]
    public static partial int CloseRange(uint first, uint last, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int FileLock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFileSystem(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "mknod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeNode(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* RealPath(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    public static partial void Free(void* pointer);

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetUser(string name, PasswordEntry* entry, byte* buffer, nuint length, PasswordEntry** result);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* pair, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial int NotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int NotifyAddWatch(SafeFileHandle events, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    public static partial int WaitId(int idType, int id, SignalInfo* info, int options);
}
