using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Contenders;

/// <summary>Runs a program and measures it from outside: wall time from spawn to its reaped end, and the kernel's accounts of it.</summary>
/// <remarks>posix_spawn and wait4, not Process: what is timed should be the program, not the thing that times it.</remarks>
internal static unsafe class Spawn
{
    private const int OpenForReading = 0;
    private const int RusageLongs = 18;

    /// <summary>Runs it with the root directory and affinity of the calling thread.</summary>
    public static Sample Run(string[] arguments, string[] environment)
    {
        var pipe = stackalloc int[2];
        LibC.Check(LibC.Pipe2(pipe, LibC.CloseOnExec), "pipe2");
        var actions = stackalloc byte[256];
        LibC.Check(LibC.FileActionsInit(actions), "posix_spawn_file_actions_init");
        _ = LibC.FileActionsAddOpen(actions, 0, "/dev/null", OpenForReading, 0);
        _ = LibC.FileActionsAddDup2(actions, pipe[1], 1);

        var begin = Stopwatch.GetTimestamp();
        var error = LibC.PosixSpawn(out var process, arguments[0], actions, 0, [.. arguments, null], [.. environment, null]);
        _ = LibC.Close(pipe[1]);
        if (error != 0)
        {
            _ = LibC.Close(pipe[0]);
            throw new InvalidOperationException($"cannot start {arguments[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        var output = ReadAll(pipe[0]);
        _ = LibC.Close(pipe[0]);
        var usage = stackalloc long[RusageLongs];
        LibC.Check(LibC.Wait4(process, out var status, 0, usage) == process ? 0 : -1, "wait4");
        var wall = Stopwatch.GetElapsedTime(begin);
        _ = LibC.FileActionsDestroy(actions);

        // struct rusage: ru_utime {s, us}, ru_stime {s, us}, ru_maxrss, ixrss, idrss, isrss, ru_minflt, …
        var cpu = ((usage[0] + usage[2]) * 1000.0) + ((usage[1] + usage[3]) / 1000.0);
        return new Sample(wall.TotalMilliseconds, cpu, usage[8], output, status);
    }

    private static string ReadAll(int descriptor)
    {
        var text = new StringBuilder();
        var buffer = stackalloc byte[4096];
        nint got;
        while ((got = LibC.Read(descriptor, buffer, 4096)) > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, (int)got));
        }

        return text.ToString();
    }
}

/// <summary>One measured run.</summary>
/// <param name="WallMs">From the start of the call to its end.</param>
/// <param name="CpuMs">User and system time, where the contender's processes can be told apart; else null.</param>
/// <param name="MinorFaults">Likewise.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Status">0: it succeeded.</param>
internal sealed record Sample(double WallMs, double? CpuMs, long? MinorFaults, string Output, int Status);
