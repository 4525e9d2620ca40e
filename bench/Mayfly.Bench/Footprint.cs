using System.Globalization;

namespace Mayfly.Bench;

/// <summary>What a running service holds of the machine; taken before and after many executions, the two must not drift apart.</summary>
internal sealed record Footprint(SortedDictionary<string, long> Figures)
{
    private const int PageKilobytes = 4;

    /// <summary>Looks at the process <paramref name="top"/> and everything below it.</summary>
    public static Footprint Of(int top, string data)
    {
        var figures = new SortedDictionary<string, long>(StringComparer.Ordinal);
        void Add(string name, long value) => figures[name] = figures.GetValueOrDefault(name) + value;

        foreach (var process in Family(top))
        {
            try
            {
                var name = File.ReadAllText($"/proc/{process}/comm").Trim();
                Add($"{name}: processes", 1);
                Add($"{name}: resident KiB", ResidentPages(process) * PageKilobytes);
                Add($"{name}: descriptors", Directory.GetFileSystemEntries($"/proc/{process}/fd").Length);
                Add($"{name}: mounts seen", File.ReadLines($"/proc/{process}/mountinfo").Count());
                if (State(process) == "Z")
                {
                    Add("zombies", 1);
                }
            }
            catch (IOException)
            {
                // It ended between the listing and the look.
            }
        }

        foreach (var line in File.ReadLines("/proc/cgroups").Skip(1))
        {
            var fields = line.Split('\t');
            if (fields[0] is "memory" or "cpu" or "pids")
            {
                // Counts those too that are removed but not yet freed.
                Add($"cgroups: {fields[0]}", long.Parse(fields[2], CultureInfo.InvariantCulture));
            }
        }

        Add("mounts of the machine", File.ReadLines("/proc/self/mountinfo").Count());
        Add("files in the data directory", Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Count());
        Add("files in /tmp and /run", Directory.GetFileSystemEntries("/tmp").Length + Directory.GetFileSystemEntries("/run").Length);
        return new Footprint(figures);
    }

    private static List<int> Family(int top)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(process => (process, parent: Parent(process)))
            .ToLookup(pair => pair.parent, pair => pair.process);
        List<int> family = [top];
        for (var at = 0; at < family.Count; at++)
        {
            family.AddRange(parents[family[at]]);
        }

        return family;
    }

    private static string[] Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ["?", "0"];
        }
    }

    private static string State(int process) => Stat(process)[0];

    private static int Parent(int process) => int.Parse(Stat(process)[1], CultureInfo.InvariantCulture);

    private static long ResidentPages(int process) =>
        long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
}
