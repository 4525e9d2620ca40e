using Mayfly.Cells.Launching.Runc;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>What is around QEMU: a guest that took it over is in a container without anything.</summary>
/// <remarks>
/// A user of its own, no capability, own user, pid, mount, network, IPC, UTS and cgroup namespaces, a read-only root with the programs of the
/// machine and nothing else of it, the cell's filter on top of QEMU's own, a cgroup that holds memory, processor and threads.
/// </remarks>
internal static class QemuConfig
{
    // Not root even in its own namespace.
    private const uint User = 1000;

    // Disk, kernel, descriptors of threads and events.
    private const ulong MaxOpenFiles = 256;

    private const long KvmMajor = 10, KvmMinor = 232;

    public static OciConfig For(string cgroupsPath, uint firstUid, string program, IReadOnlyList<string> command, bool isKvm) => new(
        OciVersion: "1.0.2",
        Root: new OciRoot(VmMounts.Root, Readonly: true),
        Hostname: "vm",
        Process: new OciProcess(
            Terminal: false,
            User: new OciUser(User, User),
            Args: [program, .. command.Skip(1)],
            Env: ["PATH=/usr/bin", "LANG=C"],
            Cwd: "/",
            Capabilities: new OciCapabilities([], [], [], [], []),
            Rlimits: [new OciRlimit("RLIMIT_NOFILE", MaxOpenFiles, MaxOpenFiles), new OciRlimit("RLIMIT_CORE", 0, 0)],
            NoNewPrivileges: true),
        Mounts:
        [
            new("/proc", "proc", "proc", ["nosuid", "nodev", "noexec"]),
            new("/dev", "bind", VmMounts.Devices, ["bind", "ro", "nosuid", "noexec"]),
        ],
        Linux: new OciLinux(
            CgroupsPath: cgroupsPath,
            Resources: new OciResources([.. Devices(isKvm)]),
            Namespaces: [.. ((string[])["user", "pid", "mount", "network", "ipc", "uts", "cgroup"]).Select(type => new OciNamespace(type))],
            UidMappings: [new OciIdMapping(0, firstUid, UidBlocks.BlockSize)],
            GidMappings: [new OciIdMapping(0, firstUid, UidBlocks.BlockSize)],
            MaskedPaths: ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/kallsyms", "/proc/kmsg", "/proc/sysrq-trigger"],
            ReadonlyPaths: ["/proc/sys", "/proc/bus", "/proc/fs", "/proc/irq"],
            Seccomp: CellSeccomp.Read()));

    private static IEnumerable<OciDeviceRule> Devices(bool isKvm)
    {
        yield return new(Allow: false, "rwm");
        foreach (var minor in VmMounts.MemoryDevices)
        {
            yield return new(Allow: true, "rw", "c", 1, minor);
        }

        if (isKvm)
        {
            yield return new(Allow: true, "rw", "c", KvmMajor, KvmMinor);
        }
    }
}
