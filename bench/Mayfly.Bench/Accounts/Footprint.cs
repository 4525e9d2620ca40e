using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>What a running service holds of the machine; taken before and after many executions, the two must not drift apart.</summary>
internal sealed record Footprint(SortedDictionary<string, long> Figures)
{
    private const int PageKilobytes = 4;

    // A connection, a timer, a slot that is just being made ready: not what accumulates.
    private const long FlatPercent = 10;
    private const long FlatCount = 4;

    // A heap that is collected when it needs room breathes: an agent's anonymous memory went up and down between 12 and 17 MiB in 40 000 executions.
    private const long HeapKilobytes = 8 << 10;
    private static readonly string[] s_collected = ["gateway", "mayfly-agent"];

    /// <summary>Looks at the service whose parent is <paramref name="top"/>.</summary>
    public static Footprint Of(int top, string data)
    {
        var figures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        void Add(string name, long value) => figures[name] = figures.GetValueOrDefault(name) + value;

        var service = ServiceProcesses.Of(top);
        var namespaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (process, name) in Named(service))
        {
            try
            {
                Add($"{name}: processes", 1);
                Add($"{name}: resident KiB", ResidentPages(process.Id) * PageKilobytes);
                Add($"{name}: mounts seen", File.ReadLines($"/proc/{process.Id}/mountinfo").Count());
                namespaces.UnionWith(Links($"/proc/{process.Id}/ns"));
                foreach (var open in Links($"/proc/{process.Id}/fd"))
                {
                    Add($"{name}: descriptors", 1);
                    if (open == "anon_inode:inotify") Add("inotify instances", 1);
                    if (IsNamespace(open)) namespaces.Add(open);
                }

                if (process.State == 'Z')
                {
                    Add("zombies", 1);
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended between the listing and the look.
            }
        }

        Add("namespaces", namespaces.Count);
        Add("cgroups of the cells", Cgroups.Count(service.InCells.Select(cell => cell.Agent.Id)));
        foreach (var (name, count) in Cgroups.WithDyingOnes()) Add($"{name} of the machine", count);
        foreach (var (name, count) in KernelObjects()) Add($"{name} of the machine", count);
        Add("mounts of the machine", File.ReadLines("/proc/self/mountinfo").Count());
        Add("files in the data directory", Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Count());
        Add("files in /tmp and /run", Directory.GetFileSystemEntries("/tmp").Length + Directory.GetFileSystemEntries("/run").Length);
        return new Footprint(figures);
    }

    /// <summary>What of the service's own grew by more than a tenth and more than a few; a heap that is collected, by more than it breathes.</summary>
    public List<string> GrownSince(Footprint before) =>
    [
        .. Figures
            .Where(figure => !figure.Key.StartsWith("files", StringComparison.Ordinal) && !figure.Key.EndsWith("machine", StringComparison.Ordinal))
            .Select(figure => (figure.Key, figure.Value, Before: before.Figures.GetValueOrDefault(figure.Key)))
            .Where(figure => figure.Value > figure.Before + Math.Max(Breath(figure.Key), figure.Before * FlatPercent / 100))
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Before} → {figure.Value}")),
    ];

    private long Breath(string name) =>
        s_collected.FirstOrDefault(collected => name == $"{collected}: resident KiB") is { } process ? HeapKilobytes * Figures.GetValueOrDefault($"{process}: processes", 1) : FlatCount;

    /// <summary>What a process is of the service: zygotes and what runs in jails have names alike.</summary>
    private static IEnumerable<(ProcessStat Process, string Name)> Named(ServiceProcesses service) =>
    [
        (service.Cells, service.Cells.Name),
        .. service.Gateway.Select(process => (process, "gateway")),
        .. service.InCells.SelectMany(cell => cell.Own).Select(process => (process, ServiceProcesses.IsZygote(process) ? $"zygotes of {process.Name}" : process.Name)),
        .. service.InCells.SelectMany(cell => cell.Jailed).Select(process => (process, "in jails")),
    ];

    private static IEnumerable<string> Links(string directory) => Directory.GetFileSystemEntries(directory).Select(link => new FileInfo(link).LinkTarget).OfType<string>();

    private static bool IsNamespace(string link) => link.EndsWith(']') && link.IndexOf(":[", StringComparison.Ordinal) is > 0 and < 24 && !link.StartsWith("pipe", StringComparison.Ordinal) && !link.StartsWith("socket", StringComparison.Ordinal);

    /// <summary>What the kernel keeps of namespaces, whoever holds them, as far as it tells.</summary>
    private static IEnumerable<(string Name, long Count)> KernelObjects() => File.Exists("/proc/slabinfo")
        ? File.ReadLines("/proc/slabinfo")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[0] is "net_namespace" or "pid_namespace" or "mnt_cache")
            .Select(fields => ($"{fields[0]} objects", long.Parse(fields[1], CultureInfo.InvariantCulture)))
        : [];

    private static long ResidentPages(int process) =>
        long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
}
