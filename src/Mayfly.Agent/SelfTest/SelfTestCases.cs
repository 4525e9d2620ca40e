using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.SelfTest;

/// <summary>The cases, those that take longest first: they run side by side, and the last one decides when the cell is ready.</summary>
internal static class SelfTestCases
{
    public const string Posture = "posture";

    public static readonly IReadOnlyList<SelfTestCase> All =
    [
        new("mathjs", "warm_mathjs.js") { IsWarmUp = true },
        new("numpy pandas dateutil", "warm_pandas.py") { IsWarmUp = true },
        new("sympy pillow", "warm_sympy.py") { IsWarmUp = true },
        new("lodash dayjs, jailed javascript", "jailed.js") { IsWarmUp = true },
        new("time limit", "time_limit.py") { Expected = Termination.Timeout, Time = TimeSpan.FromMilliseconds(250) },
        new(Posture, "posture.py"),
        new("memory limit", "out_of_memory.py") { Expected = Termination.OutOfMemory, MemoryBytes = 32 << 20, Layer = "cgroup.memory" },
        new("memory limit, child", "out_of_memory_child.py") { Expected = Termination.OutOfMemory, MemoryBytes = 32 << 20, Layer = "cgroup.memory" },
        new("process limit", "process_limit.py") { Processes = 8, Layer = "cgroup.pids" },
        new("network unreachable", "network_unreachable.py"),
        new("files refused", "files_refused.py"),
        new("system calls refused", "calls_refused.py"),
        new("seccomp answers", "filter_answers.py") { Layer = "seccomp" },
        new("nothing gained", "no_gain.py"),
        new("processes unseen", "processes_unseen.py"),
        new("descriptors", "descriptors.py"),
        new("daemon left behind", "daemon_left_behind.py"),
    ];
}
