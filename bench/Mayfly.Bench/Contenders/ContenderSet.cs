namespace Mayfly.Bench.Contenders;

/// <summary>The contenders that this machine has; all use the image's interpreters, libraries and files.</summary>
internal sealed class ContenderSet : IDisposable
{
    private const int PeerRounds = 6;
    private const int SlowPeerRounds = 3;

    private readonly List<IDisposable> _owned = [];

    public List<Contender> Present { get; } = [];

    public List<Absent> Missing { get; } = [];

    /// <summary>The yardstick; other contenders are measured against it.</summary>
    public Contender Bare => Present[0];

    /// <summary>The service under measurement.</summary>
    public Contender Mayfly => Present[1];

    /// <param name="mayfly">A client of the service.</param>
    /// <param name="root">The image, mounted.</param>
    /// <param name="peers">Directory of the npm peers with their node_modules.</param>
    public static ContenderSet Find(MayflyClient mayfly, BenchRoot root, string peers)
    {
        var set = new ContenderSet();
        var bare = set.Own(new RootedThread(root.Path));
        set.Present.Add(new Contender("bare", "everything: it isolates nothing", workload => bare.Run(() => Spawn.Run(workload.CommandLine, Environment))));
        set.Present.Add(new Contender("mayfly", "what docs/security.md says; key check, charge and HTTP are in the figure", mayfly.Run));
        set.AddBubblewrap(root);
        set.AddRunc(root);
        set.AddRunsc(root);
        set.AddQuickJs(peers, root.Path);
        return set;
    }

    /// <summary>What every interpreter started here gets.</summary>
    public static string[] Environment { get; } = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "OPENBLAS_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1"];

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }
    }

    private void AddBubblewrap(BenchRoot root)
    {
        if (Program("bwrap", "apt-get install bubblewrap") is not { } bwrap)
        {
            return;
        }

        string[] options = ["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", root.Path, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--"];
        Add("bubblewrap", "memory, CPU and number of processes; no system call filter", PeerRounds, workload => [bwrap, .. options, .. workload.CommandLine]);
    }

    private void AddRunc(BenchRoot root)
    {
        if (Program("runc", "apt-get install runc") is not { } runc)
        {
            return;
        }

        Add("runc run", "system calls: no filter in its default specification; no limits there either", PeerRounds, workload => Oci.Run(runc, root, workload));
        try
        {
            var container = Own(new RuncContainer(runc, root));
            Add("runc exec", "one program from another: all run in one container", PeerRounds, container.Exec);
        }
        catch (InvalidOperationException failure)
        {
            Missing.Add(new Absent("runc exec", failure.Message));
        }
    }

    private void AddRunsc(BenchRoot root)
    {
        if (Program("runsc", "apt-get install runsc") is { } runsc)
        {
            Add("runsc run", "memory, CPU and number of processes, without cgroups as used here", SlowPeerRounds, workload => Oci.RunSandboxed(runsc, root, workload));
        }
    }

    private void AddQuickJs(string peers, string imageRoot)
    {
        if (QuickJs.WhyNot(peers) is { } reason)
        {
            Missing.Add(new Absent(QuickJs.Name, reason));
            return;
        }

        var quickJs = Own(new QuickJs(peers, imageRoot));
        Present.Add(new Contender(QuickJs.Name, "anything below the interpreter: no process, user or cgroup of its own; not Node.js (no modules, no system)", quickJs.Run) { MostRounds = PeerRounds });
    }

    private void Add(string name, string lacks, int rounds, Func<Workload, string[]> commandLine) =>
        Present.Add(new Contender(name, lacks, workload => Spawn.Run(commandLine(workload), Environment)) { MostRounds = rounds });

    private string? Program(string name, string remedy)
    {
        var path = ((string[])["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"]).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Missing.Add(new Absent(name, $"not installed; {remedy}"));
        }

        return path;
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
