using Mayfly.Cells.Cgroups;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Cells.Premises;

namespace Mayfly.Cells.Launching.Container;

/// <summary>What a container cell is: the whole wall in one place.</summary>
internal static class CellConfig
{
    public const string Agent = "/mayfly/mayfly-agent";

    // In the cell's own user namespace only. Mounts, pivot_root and namespaces of jails; joining their mount namespaces, for which
    // the kernel wants SYS_CHROOT beside SYS_ADMIN; their uids; dropping what is left; killing
    // them; raising and lowering their limits; their tmpfs' owner; passing their closed directories; their loopback.
    private static readonly string[] s_capabilities =
    [
        "CAP_SYS_ADMIN", "CAP_SYS_CHROOT", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_KILL", "CAP_SYS_RESOURCE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_NET_ADMIN",
    ];

    // Per slot the agent holds pipes, a control socket, pidfds and cgroup files: about a dozen, for 64 slots.
    private const ulong MaxOpenFiles = 4096;

    public static OciConfig For(string cgroupsPath, IReadOnlyList<DelegatedCgroup> cgroups, uint firstUid) => new(
        OciVersion: "1.0.2",
        Root: new OciRoot(PrivateMounts.Image, Readonly: true),
        Hostname: "cell",
        Process: new OciProcess(
            Terminal: false,
            User: new OciUser(0, 0),
            Args: [Agent],
            Env: ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TZ=UTC"],
            Cwd: "/",
            // Nothing inheritable or ambient: what the agent executes has only what its user id gives it.
            Capabilities: new OciCapabilities(s_capabilities, s_capabilities, s_capabilities, [], []),
            Rlimits: [new OciRlimit("RLIMIT_NOFILE", MaxOpenFiles, MaxOpenFiles), new OciRlimit("RLIMIT_CORE", 0, 0)],
            NoNewPrivileges: true),
        Mounts: [.. Mounts(), .. cgroups.Select(Mount)],
        Linux: new OciLinux(
            CgroupsPath: cgroupsPath,
            Resources: new OciResources(Devices()),
            // No path in any of them: all are new.
            Namespaces: [.. ((string[])["user", "pid", "mount", "network", "ipc", "uts", "cgroup"]).Select(type => new OciNamespace(type))],
            UidMappings: [new OciIdMapping(0, firstUid, UidBlocks.BlockSize)],
            GidMappings: [new OciIdMapping(0, firstUid, UidBlocks.BlockSize)],
            // A partly hidden /proc may not be mounted anew in a user namespace, and each jail needs a new one: the jail hides.
            MaskedPaths: [],
            ReadonlyPaths: [],
            Seccomp: CellSeccomp.Read()));

    private static OciMount[] Mounts() =>
    [
        new("/proc", "proc", "proc", ["nosuid", "nodev", "noexec"]),
        // A bind at /dev keeps runc from filling it with terminals of its own.
        new("/dev", "bind", PrivateMounts.Devices, ["bind", "ro", "nosuid", "noexec"]),
        new("/run", "tmpfs", "tmpfs", ["nosuid", "nodev", "noexec", "mode=0755", "size=1m", "nr_inodes=256"]),
        new("/mayfly", "bind", PrivateMounts.CellProgram, ["bind", "ro", "nosuid", "nodev"]),
    ];

    private static OciMount Mount(DelegatedCgroup cgroup) => cgroup.Source is { } source
        ? new($"/run/cgroup/{cgroup.Name}", "bind", source, ["bind", "rw", "nosuid", "nodev", "noexec"])
        : new($"/run/cgroup/{cgroup.Name}", "cgroup", "cgroup", ["rw", "nosuid", "nodev", "noexec"]);

    // devices.txt: 1:3 null, 1:5 zero, 1:7 full, 1:8 random, 1:9 urandom.
    private static OciDeviceRule[] Devices() =>
    [
        new(Allow: false, "rwm"),
        .. ((long[])[3, 5, 7, 8, 9]).Select(minor => new OciDeviceRule(Allow: true, "rw", "c", 1, minor)),
    ];
}
