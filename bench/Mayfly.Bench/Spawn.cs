using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Bench;

/// <summary>Runs a program and measures it from outside: wall time from spawn to its reaped end, and the kernel's accounts of it.</summary>
/// <remarks>posix_spawn and wait4, not Process: what is timed should be the program, not the thing that times it.</remarks>
internal static unsafe partial class Spawn
{
    private const int OpenForReading = 0;
    private const int RusageLongs = 18;

    public static Sample Run(string[] arguments, string[] environment)
    {
        var pipe = stackalloc int[2];
        Check(Pipe2(pipe, 0x80000), "pipe2"); // O_CLOEXEC
        var actions = stackalloc byte[256];
        Check(FileActionsInit(actions), "posix_spawn_file_actions_init");
        _ = FileActionsAddOpen(actions, 0, "/dev/null", OpenForReading, 0);
        _ = FileActionsAddDup2(actions, pipe[1], 1);

        var begin = Stopwatch.GetTimestamp();
        var error = PosixSpawn(out var pid, arguments[0], actions, 0, [.. arguments, null], [.. environment, null]);
        _ = Close(pipe[1]);
        if (error != 0)
        {
            _ = Close(pipe[0]);
            throw new InvalidOperationException($"cannot start {arguments[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        var output = ReadAll(pipe[0]);
        _ = Close(pipe[0]);
        var usage = stackalloc long[RusageLongs];
        Check(Wait4(pid, out var status, 0, usage) == pid ? 0 : -1, "wait4");
        var wall = Stopwatch.GetElapsedTime(begin);
        _ = FileActionsDestroy(actions);

        // struct rusage: ru_utime {s, us}, ru_stime {s, us}, ru_maxrss, ixrss, idrss, isrss, ru_minflt, …
        var cpu = ((usage[0] + usage[2]) * 1000.0) + ((usage[1] + usage[3]) / 1000.0);
        return new Sample(wall.TotalMilliseconds, cpu, usage[8], output, status);
    }

    private static string ReadAll(int descriptor)
    {
        var text = new StringBuilder();
        var buffer = stackalloc byte[4096];
        nint got;
        while ((got = Read(descriptor, buffer, 4096)) > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, (int)got));
        }

        return text.ToString();
    }

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileActionsAddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int FileActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int pid, string path, byte* actions, nint attributes, string?[] argv, string?[] envp);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait4(int pid, out int status, int options, long* usage);
}

/// <summary>One measured run.</summary>
/// <param name="WallMs">From the start of the call to its end.</param>
/// <param name="CpuMs">User and system time, where the contender's processes can be told apart; else null.</param>
/// <param name="MinorFaults">Likewise.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Status">0: it succeeded.</param>
internal sealed record Sample(double WallMs, double? CpuMs, long? MinorFaults, string Output, int Status);
