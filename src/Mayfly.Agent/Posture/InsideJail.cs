using System.Globalization;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.Agent.Posture;

/// <summary>A jail's layers, from what a probe saw as an ordinary program in one.</summary>
internal static class InsideJail
{
    private static readonly string[] s_namespaces = ["pid", "mnt", "net", "ipc", "uts", "cgroup"];
    private static readonly string[] s_capabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
    private static readonly string[] s_writable = ["/sandbox", "/tmp", "/dev/shm"];
    private static readonly string[] s_finite = ["NOFILE", "FSIZE", "MEMLOCK", "SIGPENDING", "MSGQUEUE", "STACK"];
    private static readonly string[] s_devices = ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"];

    /// <summary>The layers, each in force or not.</summary>
    /// <param name="probe">What SelfTest/Programs/posture.py printed.</param>
    /// <param name="jail">Where it ran.</param>
    public static IEnumerable<Layer> Measure(ProbeReport probe, Jail jail)
    {
        var status = new ProcessStatus(probe.Lines("status"));
        var mounts = Mount.Parse(probe.Lines("mount"));
        return
        [
            .. s_namespaces.Select(name => Namespace(probe, name)),
            NotInit(probe),
            Identity(status, jail.Slot),
            Capabilities(status),
            CellPosture.Of("no_new_privs", status["NoNewPrivs"] == "1", $"NoNewPrivs {status["NoNewPrivs"]}"),
            Seccomp(status, jail.WatchesSockets),
            Landlock(jail.LandlockAbi),
            ReadOnlyRoot(mounts),
            Writable(mounts),
            Devices(probe, mounts),
            Proc(probe, mounts),
            NoSys(probe),
            NoNetwork(probe),
            Descriptors(probe),
            ResourceLimits(probe),
        ];
    }

    private static Layer Namespace(ProbeReport probe, string name)
    {
        var inside = probe.Lines("ns").FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
        var outside = File.ResolveLinkTarget($"/proc/self/ns/{name}", returnFinalTarget: false)?.Name ?? "";
        var own = inside.StartsWith($"{name}:[", StringComparison.Ordinal) && inside != outside;
        return CellPosture.Of($"namespace.{name}", own, $"jail {inside}, agent {outside}");
    }

    private static Layer NotInit(ProbeReport probe)
    {
        var known = int.TryParse(probe.Line("pid"), CultureInfo.InvariantCulture, out var pid);
        return CellPosture.Of("not_pid_1", known && pid > 1, $"pid {pid} in its namespace");
    }

    private static Layer Identity(ProcessStatus status, uint slot)
    {
        var id = (JailPool.FirstUid + slot).ToString(CultureInfo.InvariantCulture);
        var four = string.Join('\t', id, id, id, id);
        return CellPosture.Of(
            "identity",
            status["Uid"] == four && status["Gid"] == four && status["Groups"].Length == 0,
            $"uid {Spaced(status["Uid"])}, gid {Spaced(status["Gid"])}, groups \"{status["Groups"]}\"");
    }

    private static Layer Capabilities(ProcessStatus status) => CellPosture.Of(
        "capabilities",
        s_capabilitySets.All(set => status[set].Length > 0 && status[set].All(digit => digit == '0')),
        string.Join(", ", s_capabilitySets.Select(set => $"{set} {status[set]}")));

    // The cell has a filter of its own, which would show here, too: the jail's must come on top. The watch for sockets stops nothing and does not count.
    private static Layer Seccomp(ProcessStatus status, bool isWatched)
    {
        var outside = FilterCount(ProcessStatus.OfAgent());
        var inside = FilterCount(status);
        return CellPosture.Of(
            "seccomp", status["Seccomp"] == "2" && inside > outside + (isWatched ? 1 : 0), $"Seccomp {status["Seccomp"]}, filters {inside}, of them the cell's {outside}");
    }

    private static int FilterCount(ProcessStatus status) =>
        int.TryParse(status["Seccomp_filters"], CultureInfo.InvariantCulture, out var count) ? count : 0;

    // A child whose ruleset the kernel refused has said so and never become ready.
    private static Layer Landlock(uint abi) => CellPosture.Of("landlock", abi > 0, abi > 0
        ? $"ABI {abi}"
        : "the kernel has none, or only ABI 1: boot it with landlock in lsm=, use Linux 5.19 or newer, or waive the layer by name");

    private static Layer ReadOnlyRoot(IReadOnlyList<Mount> mounts)
    {
        var root = mounts.FirstOrDefault(mount => mount.Point == "/");
        var writable = mounts.Where(mount => !mount.Has("ro") && !s_writable.Contains(mount.Point)).Select(mount => mount.Point);
        var strict = root is not null && root.Has("ro") && root.Has("nosuid") && root.Has("nodev") && !writable.Any();
        return CellPosture.Of("read_only_root", strict, strict ? root!.ToString() : $"{root}; writable beyond the three tmpfs: {string.Join(' ', writable)}");
    }

    private static Layer Writable(IReadOnlyList<Mount> mounts)
    {
        var found = s_writable.Select(point => mounts.LastOrDefault(mount => mount.Point == point)).ToArray();
        var limited = found.All(mount => mount is { Type: "tmpfs" } && mount.Has("nosuid") && mount.Has("nodev")
            && mount.Options.Any(option => option.StartsWith("size=", StringComparison.Ordinal))
            && mount.Options.Any(option => option.StartsWith("nr_inodes=", StringComparison.Ordinal)));
        return CellPosture.Of("writable_limited", limited, string.Join("; ", found.Select(Shown)));
    }

    private static string Shown(Mount? mount) => mount is null
        ? "missing"
        : $"{mount.Point} {string.Join(',', mount.Options.Where(option => !option.Contains("id=", StringComparison.Ordinal)))}";

    private static Layer Devices(ProbeReport probe, IReadOnlyList<Mount> mounts)
    {
        var extra = probe.Lines("dev").Except(s_devices).ToArray();
        var dev = mounts.LastOrDefault(mount => mount.Point == "/dev");
        return CellPosture.Of(
            "dev_minimal",
            extra.Length == 0 && dev is not null && dev.Has("ro"),
            extra.Length == 0 ? $"{dev}: {string.Join(' ', probe.Lines("dev"))}" : $"unexpected: {string.Join(' ', extra)}");
    }

    private static Layer Proc(ProbeReport probe, IReadOnlyList<Mount> mounts)
    {
        var proc = mounts.LastOrDefault(mount => mount.Point == "/proc");
        var visible = probe.Lines("visible");
        var foreign = probe.Lines("process").Except([probe.Line("pid")]).ToArray();
        var masked = proc is { Type: "proc" } && proc.Has("ro") && visible.Count == 0 && foreign.Length == 0 && probe.Line("masked").Length > 0;
        return CellPosture.Of("proc_masked", masked, masked
            ? $"{proc}; {probe.Line("masked")} masked"
            : $"{proc}; visible: {string.Join(' ', visible)}; other processes: {string.Join(' ', foreign)}");
    }

    private static Layer NoSys(ProbeReport probe) => CellPosture.Of(
        "no_sys", probe.Lines("sys").Count == 0 && probe.Line("done").Length > 0, $"{probe.Lines("sys").Count} entries in /sys");

    private static Layer NoNetwork(ProbeReport probe)
    {
        string[] interfaces = [.. NetworkInterfaces.Names(probe.Lines("net"))];
        return CellPosture.Of("no_network", interfaces is ["lo"], $"interfaces: {string.Join(' ', interfaces)}");
    }

    private static Layer Descriptors(ProbeReport probe) => CellPosture.Of(
        "descriptors", probe.Lines("fd") is ["0", "1", "2"], string.Join(' ', probe.Lines("fd")));

    private static Layer ResourceLimits(ProbeReport probe)
    {
        var limits = probe.Lines("rlimit").Select(line => line.Split(' ')).Where(parts => parts.Length == 3).ToDictionary(parts => parts[0], parts => parts[2]);
        var set = limits.GetValueOrDefault("CORE") == "0"
            && s_finite.All(name => limits.TryGetValue(name, out var hard) && hard != "-1");
        return CellPosture.Of("rlimits", set, string.Join(", ", probe.Lines("rlimit")));
    }

    private static string Spaced(string tabbed) => tabbed.Replace('\t', ' ');
}
