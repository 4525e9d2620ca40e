using System.Globalization;

namespace Mayfly.HostTests.Posture;

/// <summary>Everything that the host's kernel says of one process of user code, in lines that are the same on every machine.</summary>
/// <remarks>What depends on the machine is replaced by a name in angle brackets, never left out.</remarks>
internal sealed class HostLook(int pid, int agentPid)
{
    private static readonly string[] s_status =
    [
        "Umask", "TracerPid", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
    ];

    private static readonly string[] s_namespaces = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];

    /// <summary>Lines of every thread: "thread main" for the first, one group of "thread other" for each kind that the others are of.</summary>
    public IEnumerable<string> Threads()
    {
        var threads = Directory.GetDirectories($"/proc/{pid}/task").OrderBy(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).ToArray();
        Assert.True(threads.Length > 1, "the program has made a thread");
        var others = threads[1..].Select(path => string.Join('\n', Thread(path))).Distinct().Order(StringComparer.Ordinal);
        return [.. Thread(threads[0]).Select(line => $"thread main {line}"), .. others.SelectMany(group => group.Split('\n')).Select(line => $"thread other {line}")];
    }

    /// <summary>What the process has as a whole.</summary>
    public IEnumerable<string> Process() =>
    [
        .. Limits(),
        $"oom_score_adj {Read("oom_score_adj")}",
        $"personality {Read("personality")}",
        .. Directory.GetFileSystemEntries($"/proc/{pid}/fd").Select(Descriptor).Distinct().Order(StringComparer.Ordinal),
        $"root {Link($"/proc/{pid}/root")}",
        .. File.ReadAllLines($"/proc/{pid}/mountinfo").Select(Mount),
    ];

    private string[] Thread(string path)
    {
        var status = File.ReadAllLines($"{path}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => string.Join(' ', pair[1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        var agent = File.ReadAllLines($"/proc/{agentPid}/status").Single(line => line.StartsWith("Seccomp_filters:", StringComparison.Ordinal));
        var cells = int.Parse(agent.AsSpan(agent.IndexOf(':') + 1), CultureInfo.InvariantCulture);
        var stat = File.ReadAllText($"{path}/stat");
        // Behind the name, which may hold anything: field 3 is the first.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return
        [
            $"Uid {Ids(status["Uid"], "uid_map")}",
            $"Gid {Ids(status["Gid"], "gid_map")}",
            $"Groups \"{status["Groups"]}\"",
            .. s_status.Select(name => $"{name} {status[name]}"),
            $"filters beyond the cell's {int.Parse(status["Seccomp_filters"], CultureInfo.InvariantCulture) - cells}",
            $"nice {fields[16]}, real-time priority {fields[37]}, policy {fields[38]}",
            .. s_namespaces.Select(name => $"namespace {name} {(Link($"{path}/ns/{name}") == Link($"/proc/{agentPid}/ns/{name}") ? "the agent's" : "its own")}"),
        ];
    }

    // Four ids of the host, as the cell counts them.
    private string Ids(string four, string map)
    {
        var outside = uint.Parse(File.ReadAllText($"/proc/{agentPid}/{map}").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return string.Join(' ', four.Split(' ').Select(id => SlotId(uint.Parse(id, CultureInfo.InvariantCulture) - outside)));
    }

    /// <summary>An id of the cell: the slot's own, or its number.</summary>
    public static string SlotId(uint id) => id - Agent.Jails.JailPool.FirstUid < 64 ? "<slot's>" : id.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> Limits() => File.ReadAllLines($"/proc/{pid}/limits").Skip(1)
        .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        // The kernel derives it from the machine's memory; pids.max is what counts.
        .Select(line => line.StartsWith("Max processes", StringComparison.Ordinal) ? "Max processes <the machine's>" : line)
        .Select(line => $"limit {line}");

    // Which number an interpreter's own descriptor gets depends on who was first; what it is does not.
    private static string Descriptor(string path)
    {
        var target = Link(path);
        var kind = target.StartsWith("pipe:", StringComparison.Ordinal) || target.StartsWith("socket:", StringComparison.Ordinal) ? target.Split(':')[0] : target;
        var flags = File.ReadAllLines(path.Replace("/fd/", "/fdinfo/", StringComparison.Ordinal)).Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
        var number = Path.GetFileName(path) is "0" or "1" or "2" ? Path.GetFileName(path) : "<the interpreter's>";
        return $"descriptor {number} {kind} {string.Join(' ', flags.Split('\t', StringSplitOptions.RemoveEmptyEntries))}";
    }

    // id parent device root point options … - type source superoptions
    private static string Mount(string line)
    {
        var fields = line.Split(' ');
        var rest = fields[(Array.IndexOf(fields, "-") + 1)..];
        var propagation = string.Join(' ', fields[6..Array.IndexOf(fields, "-")].Select(tag => tag.Split(':')[0]));
        var (root, type, options) = rest[0] is "tmpfs" or "proc"
            ? (fields[3], rest[0], string.Join(',', rest[2].Split(',').Select(Option)))
            : ("<the image>", "<the host's>", "<the host's>");
        return $"mount {fields[4]} {fields[5]} {(propagation.Length == 0 ? "private" : propagation)} of {root} {type} {options}";
    }

    private static string Option(string option) => option.Split('=') is [("uid" or "gid"), _] parts ? $"{parts[0]}=<of the cell's range>" : option;

    private string Read(string file) => File.ReadAllText($"/proc/{pid}/{file}").Trim();

    private static string Link(string path) => new FileInfo(path).LinkTarget ?? "";
}
