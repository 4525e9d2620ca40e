namespace Mayfly.Bench;

/// <summary>One way to run a program.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Isolates">What it keeps the program from, in a few words; what it lacks is in docs/benchmarks.md.</param>
/// <param name="Run">Runs one workload.</param>
internal sealed record Contender(string Name, string Isolates, Func<Workload, CancellationToken, Task<Sample>> Run);

/// <summary>The contenders that this machine has.</summary>
internal static class Contenders
{
    private static readonly string[] Environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "OPENBLAS_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1"];

    public static List<Contender> All(Service service, BenchRoot root)
    {
        // The image's own interpreters everywhere: the same versions, libraries and files on the same disk.
        List<Contender> all = [new("bare", "nothing (chroot to the image, for its libraries)", Spawned(workload => ["/usr/sbin/chroot", root.Path, .. Interpreter(workload)]))];
        if (File.Exists("/usr/bin/bwrap"))
        {
            all.Add(new("bubblewrap", "namespaces; no memory or CPU limit, no filter", Spawned(workload =>
            [
                "/usr/bin/bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", root.Path, "/",
                "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--", .. Interpreter(workload),
            ])));
        }

        if (File.Exists("/usr/sbin/runc"))
        {
            all.Add(new("runc", "namespaces, cgroup limits; no filter here", Spawned(workload => Runc(root, workload))));
        }

        if (File.Exists("/usr/bin/runsc"))
        {
            all.Add(new("runsc", "a kernel of its own in user space", Spawned(workload =>
                ["/usr/bin/runsc", "--network=none", "--ignore-cgroups", "run", "--bundle", root.Bundle(Interpreter(workload)), $"bench-{Guid.NewGuid():N}"])));
        }

        all.Add(new("mayfly", "everything in docs/security.md; key check and charge included", service.ExecuteAsync));
        return all;
    }

    private static string[] Interpreter(Workload workload) =>
        workload.Language == "python" ? ["/usr/bin/python3", "-c", workload.Code] : ["/usr/bin/node", "-e", workload.Code];

    private static string[] Runc(BenchRoot root, Workload workload) =>
        ["/usr/sbin/runc", "--root", root.State, "run", "--bundle", root.Bundle(Interpreter(workload)), $"bench-{Guid.NewGuid():N}"];

    private static Func<Workload, CancellationToken, Task<Sample>> Spawned(Func<Workload, string[]> arguments) => (workload, _) =>
    {
        var line = arguments(workload);
        return Task.FromResult(Spawn.Run(line, Environment));
    };
}
