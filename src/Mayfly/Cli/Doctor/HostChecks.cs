using System.Runtime.InteropServices;
using Mayfly.Images;

namespace Mayfly.Cli.Doctor;

/// <summary>What the machine must offer before a cell can start. Nothing here changes anything.</summary>
internal static class HostChecks
{
    public static IEnumerable<Finding> All(Installation installation)
    {
        yield return Architecture();
        yield return Kernel();
        yield return Root();
        yield return Program("runc", "runc", "starts container cells", "runc");
        yield return Program("setpriv", "setpriv", "gives up root before the gateway starts", "util-linux");
        foreach (var needed in ImagePrerequisite.All) yield return ForImages(needed);
        yield return GatewayUser(installation);
        yield return UserNamespaces();
        yield return Swap();
        yield return Space(installation);
        yield return Parts(installation);
    }

    private static Finding Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => Finding.Pass("architecture", "x86_64"),
        System.Runtime.InteropServices.Architecture.Arm64 => Finding.Caution("architecture", "aarch64: built, and tested under emulation only", "./mayfly test"),
        var other => Finding.Fail("architecture", $"{other} is not supported", "use an x86_64 machine"),
    };

    private static Finding Kernel()
    {
        var version = Environment.OSVersion.Version;
        // 5.14: cgroup.kill; pidfd_open, clone3 and time namespaces are older.
        return version >= new Version(5, 14)
            ? Finding.Pass("kernel", $"Linux {version.ToString(3)}")
            : Finding.Fail("kernel", $"Linux {version.ToString(3)} is older than 5.14", "install a newer kernel of the distribution");
    }

    private static Finding Root() => SystemCalls.IsRoot
        ? Finding.Pass("root", "mayfly-cells can make cgroups, user namespaces and mounts")
        : Finding.Fail("root", "without root no cell can be started; the gateway gives root up by itself", "sudo ./mayfly doctor");

    private static Finding Program(string name, string file, string purpose, string package)
    {
        string[] directories = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];
        var found = directories.Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, file)).FirstOrDefault(File.Exists);
        return found is not null
            ? Finding.Pass(name, $"{found} ({purpose})")
            : Finding.Fail(name, $"not found in PATH ({purpose})", $"apt-get install -y --no-install-recommends {package}");
    }

    // A finished image runs without any of them.
    private static Finding ForImages(ImagePrerequisite needed) => needed.IsHere()
        ? Finding.Pass(needed.Program, $"{needed.Why}: to build an image")
        : Finding.Caution(needed.Program, $"not found in PATH ({needed.Why}): no image can be built", $"apt-get install -y --no-install-recommends {needed.Package}");

    private static Finding GatewayUser(Installation installation) => SystemCalls.FindUser(installation.User) is var (user, _)
        ? Finding.Pass("user", $"{installation.User} ({user}): the gateway runs as it")
        : Finding.Fail("user", $"{installation.User} does not exist: the gateway cannot give up root", $"useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {installation.User}");

    private static Finding UserNamespaces()
    {
        const string Limit = "/proc/sys/user/max_user_namespaces";
        if (!File.Exists("/proc/self/ns/user"))
        {
            return Finding.Fail("user namespaces", "the kernel has none (CONFIG_USER_NS)", "use a kernel of the distribution");
        }

        var text = File.Exists(Limit) ? File.ReadAllText(Limit).Trim() : "unlimited";
        return text == "0"
            ? Finding.Fail("user namespaces", $"{Limit} is 0", "sysctl -w user.max_user_namespaces=15000")
            : Finding.Pass("user namespaces", $"at most {text}");
    }

    private static Finding Swap()
    {
        var lines = File.ReadAllLines("/proc/swaps");
        return lines.Length <= 1
            ? Finding.Pass("swap", "off")
            : Finding.Caution("swap", "on: memory of an execution may be written to disk, unencrypted, where swap is not limited", "swapoff -a");
    }

    private static Finding Space(Installation installation)
    {
        const long Wanted = 2L << 30;
        var existing = new DirectoryInfo(installation.Images);
        while (!existing.Exists && existing.Parent is { } parent)
        {
            existing = parent;
        }

        var free = new DriveInfo(existing.FullName).AvailableFreeSpace;
        return free >= Wanted
            ? Finding.Pass("disk space", $"{free >> 30} GiB free for {installation.Images}")
            : Finding.Caution("disk space", $"{free >> 20} MiB free for {installation.Images}; building an image takes up to 2 GiB", $"df -h {existing.FullName}");
    }

    private static Finding Parts(Installation installation)
    {
        string[] parts = ["mayfly-cells", "cell/mayfly-agent", "cell/jailer", "cell/seccomp.bpf"];
        var missing = parts.Where(part => !File.Exists(Path.Combine(installation.App, part))).ToArray();
        return missing.Length == 0
            ? Finding.Pass("program", "gateway, mayfly-cells, agent, jailer and filter are built")
            : Finding.Fail("program", $"not built: {string.Join(", ", missing)}", "./mayfly build");
    }
}
