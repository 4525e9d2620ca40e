namespace Mayfly.Cli.Doctor;

/// <summary>The cgroup controllers that bound an execution: memory, cpu, pids; version 1 or 2.</summary>
internal static class CgroupCheck
{
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] Needed = ["memory", "cpu", "pids"];

    public static Finding Run()
    {
        var unified = $"{Root}/cgroup.controllers";
        var onV2 = File.Exists(unified) ? File.ReadAllText(unified).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) : [];
        if (Needed.All(onV2.Contains))
        {
            return Finding.Pass("cgroup", "v2: memory, cpu, pids");
        }

        var missing = Needed.Where(controller => !File.Exists($"{Root}/{controller}/cgroup.procs")).ToArray();
        return missing.Length == 0
            ? Finding.Pass("cgroup", "v1: memory, cpu, pids")
            : Finding.Fail("cgroup", $"no {string.Join(", no ", missing)} controller in v1 or v2 below {Root}", "add to the kernel's command line: cgroup_enable=memory swapaccount=1");
    }
}
