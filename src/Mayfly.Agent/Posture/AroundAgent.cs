using System.Globalization;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.Agent.Posture;

/// <summary>The cell's own layers: what a program that took the agent over would still be inside of.</summary>
internal static class AroundAgent
{
    // All that boot, jailer and jails use, by bit number of <linux/capability.h>; root's other capabilities must be gone from the bounding set.
    private static readonly (string Name, int Bit)[] s_used =
    [
        ("CHOWN", 0), ("DAC_OVERRIDE", 1), ("KILL", 5), ("SETGID", 6), ("SETUID", 7), ("SETPCAP", 8),
        ("NET_ADMIN", 12), ("SYS_CHROOT", 18), ("SYS_ADMIN", 21), ("SYS_RESOURCE", 24),
    ];

    public static IEnumerable<Layer> Measure()
    {
        var status = ProcessStatus.OfAgent();
        return [UserNamespace(), Capabilities(status), NoNewPrivs(status), Seccomp(status), ReadOnlyRoot(), NoNetwork()];
    }

    private static Layer UserNamespace()
    {
        // "inside outside length"; the host's own is "0 0 4294967295".
        var map = File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var mapped = map.Length == 3 && map[0] == "0" && map[1] != "0";
        return CellPosture.Of("cell.user_namespace", mapped, mapped
            ? $"uid 0 is {map[1]} outside, {map[2]} uids"
            : "root in the cell is root on the host: the launcher must give the cell a user namespace");
    }

    private static Layer Capabilities(ProcessStatus status)
    {
        var allowed = s_used.Aggregate(0UL, (mask, capability) => mask | (1UL << capability.Bit));
        var bounding = ulong.Parse(status["CapBnd"], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var extra = bounding & ~allowed;
        return CellPosture.Of("cell.capabilities", extra == 0, extra == 0
            ? $"bounding set {bounding:x}"
            : $"bounding set {bounding:x} has {extra:x} more than the agent and the jailer use: drop them in the launcher");
    }

    private static Layer NoNewPrivs(ProcessStatus status) => CellPosture.Of("cell.no_new_privs", status["NoNewPrivs"] == "1", $"NoNewPrivs {status["NoNewPrivs"]}");

    private static Layer Seccomp(ProcessStatus status) => CellPosture.Of("cell.seccomp", status["Seccomp"] == "2", $"Seccomp {status["Seccomp"]}, filters {status["Seccomp_filters"]}");

    private static Layer ReadOnlyRoot()
    {
        var root = Mount.Parse(File.ReadLines("/proc/self/mountinfo")).LastOrDefault(mount => mount.Point == "/");
        var readOnly = root is not null && root.Has("ro");
        return CellPosture.Of("cell.read_only_root", readOnly, root?.ToString() ?? "no root in /proc/self/mountinfo");
    }

    private static Layer NoNetwork()
    {
        string[] interfaces = [.. NetworkInterfaces.Names(File.ReadLines("/proc/self/net/dev"))];
        return CellPosture.Of("cell.no_network", interfaces.All(name => name == "lo"), $"interfaces: {string.Join(' ', interfaces)}");
    }
}
