using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Protocol.Descriptors;

/// <summary>Starts a child with exactly the descriptors, environment and signals that are named: posix_spawn.</summary>
/// <remarks>
/// Why not System.Diagnostics.Process: it cannot pass a descriptor, and it reaps children that are not its own. The child
/// gets a session of its own, so that a terminal's Ctrl-C reaches it only through its parent; every signal is unblocked and
/// at its default, whatever .NET has done to ours.
/// </remarks>
public static unsafe partial class Spawn
{
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefault = 0x04;
    private const short SetSession = 0x80;

    // glibc's posix_spawnattr_t and posix_spawn_file_actions_t are 336 and 80 bytes, sigset_t 128 (x86-64 and aarch64).
    private const int OpaqueBytes = 512;

    // Where descriptors wait for their places: above every place, so that none is overwritten before it was moved.
    private const int ParkingPlace = 64;

    /// <summary>Starts a program.</summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">argv, with argv[0].</param>
    /// <param name="environment">All of the child's environment.</param>
    /// <param name="descriptors">What the child gets as 0, 1, 2, …; every other number is closed in it.</param>
    /// <returns>The child's pid. Until it is waited for, no other process can have that pid.</returns>
    public static int Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, params ReadOnlySpan<SafeFileHandle> descriptors) =>
        Start(program, arguments, environment, directory: null, descriptors);

    /// <summary>Starts a program in a directory.</summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">argv, with argv[0].</param>
    /// <param name="environment">All of the child's environment.</param>
    /// <param name="directory">Its working directory; null: this process's.</param>
    /// <param name="descriptors">What the child gets as 0, 1, 2, …; every other number is closed in it.</param>
    /// <returns>The child's pid. Until it is waited for, no other process can have that pid.</returns>
    public static int Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string? directory, params ReadOnlySpan<SafeFileHandle> descriptors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, ParkingPlace);
        var parked = new List<SafeFileHandle>(descriptors.Length);
        try
        {
            foreach (var descriptor in descriptors)
            {
                parked.Add(Park(descriptor));
            }

            return StartParked(program, arguments, environment, directory, parked);
        }
        finally
        {
            parked.ForEach(handle => handle.Dispose());
        }
    }

    /// <summary>Becomes another program, with this process's own environment and descriptors. Returns only by throwing.</summary>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">argv, with argv[0].</param>
    public static void Become(string program, IReadOnlyList<string> arguments)
    {
        using var argv = new StringArray(arguments);
        _ = Execute(program, argv.Pointer);
        throw KernelException.Last($"execv of {program}");
    }

    private static int StartParked(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string? directory, List<SafeFileHandle> parked)
    {
        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[OpaqueBytes];
        Check(InitActions(actions), "posix_spawn_file_actions_init", program);
        Check(InitAttributes(attributes), "posix_spawnattr_init", program);
        try
        {
            for (var place = 0; place < parked.Count; place++)
            {
                Check(AddDup2(actions, (int)parked[place].DangerousGetHandle(), place), "posix_spawn_file_actions_adddup2", program);
            }

            if (directory is not null) Check(AddChangeDirectory(actions, directory), "posix_spawn_file_actions_addchdir_np", program);
            Check(AddCloseFrom(actions, parked.Count), "posix_spawn_file_actions_addclosefrom_np", program);

            _ = EmptySet(signals);
            Check(SetMask(attributes, signals), "posix_spawnattr_setsigmask", program);
            _ = FillSet(signals);
            Check(SetDefault(attributes, signals), "posix_spawnattr_setsigdefault", program);
            Check(SetFlags(attributes, SetSignalMask | SetSignalDefault | SetSession), "posix_spawnattr_setflags", program);

            using var argv = new StringArray(arguments);
            using var envp = new StringArray([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
            Check(PosixSpawn(out var pid, program, actions, attributes, argv.Pointer, envp.Pointer), "posix_spawn", program);
            return pid;
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
            parked.ForEach(GC.KeepAlive);
        }
    }

    private static SafeFileHandle Park(SafeFileHandle descriptor)
    {
        const int DuplicateCloexec = 1030; // F_DUPFD_CLOEXEC
        var number = Control(descriptor, DuplicateCloexec, ParkingPlace);
        return number >= 0
            ? new SafeFileHandle(number, ownsHandle: true)
            : throw KernelException.Last("fcntl F_DUPFD_CLOEXEC", "The process may have too many open descriptors (ulimit -n).");
    }

    // These return the errno instead of setting it.
    private static void Check(int error, string call, string program)
    {
        if (error != 0)
        {
            throw new KernelException($"{call} for {program}", error, error == Errno.ENOENT ? "Is it installed?" : "");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int pid, string path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, byte** argv);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup2(byte* actions, int descriptor, int place);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddChangeDirectory(byte* actions, string directory);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(byte* actions, int from);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSet(byte* signals);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, int command, int argument);

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class StringArray : IDisposable
    {
        private readonly int _count;

        public StringArray(IReadOnlyList<string> strings)
        {
            _count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < _count; i++)
            {
                Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < _count; i++)
            {
                Marshal.FreeCoTaskMem((nint)Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
