using System.Globalization;

namespace Mayfly.Bench.Accounts;

/// <summary>What a running service holds of the machine; taken before and after many executions, the two must not drift apart.</summary>
internal sealed record Footprint(SortedDictionary<string, long> Figures)
{
    private const int PageKilobytes = 4;

    // A connection, a timer, a slot that is just being made ready: not what accumulates.
    private const long FlatPercent = 10;
    private const long FlatCount = 4;

    /// <summary>Looks at the service whose parent is <paramref name="top"/>.</summary>
    public static Footprint Of(int top, string data)
    {
        var figures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        void Add(string name, long value) => figures[name] = figures.GetValueOrDefault(name) + value;

        foreach (var process in ProcessTree.Below(top))
        {
            try
            {
                Add($"{process.Name}: processes", 1);
                Add($"{process.Name}: resident KiB", ResidentPages(process.Id) * PageKilobytes);
                Add($"{process.Name}: descriptors", Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length);
                Add($"{process.Name}: mounts seen", File.ReadLines($"/proc/{process.Id}/mountinfo").Count());
                if (process.State == 'Z')
                {
                    Add("zombies", 1);
                }
            }
            catch (IOException)
            {
                // It ended between the listing and the look.
            }
        }

        Add("cgroups of the cells", Cgroups.Count(ServiceProcesses.Of(top).InCells.Select(cell => cell.Agent.Id)));
        Add("mounts of the machine", File.ReadLines("/proc/self/mountinfo").Count());
        Add("files in the data directory", Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Count());
        Add("files in /tmp and /run", Directory.GetFileSystemEntries("/tmp").Length + Directory.GetFileSystemEntries("/run").Length);
        return new Footprint(figures);
    }

    /// <summary>What of the service's own grew by more than a tenth and more than a few.</summary>
    public List<string> GrownSince(Footprint before) =>
    [
        .. Figures
            .Where(figure => !figure.Key.StartsWith("files", StringComparison.Ordinal) && !figure.Key.EndsWith("machine", StringComparison.Ordinal))
            .Select(figure => (figure.Key, figure.Value, Before: before.Figures.GetValueOrDefault(figure.Key)))
            .Where(figure => figure.Value > figure.Before + Math.Max(FlatCount, figure.Before * FlatPercent / 100))
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Before} → {figure.Value}")),
    ];

    private static long ResidentPages(int process) =>
        long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
}
