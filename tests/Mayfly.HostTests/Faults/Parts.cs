using System.Globalization;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Faults;

/// <summary>A kind of process of a running service.</summary>
public enum Part
{
    Agent,
    Jailer,
    PythonZygote,
    JavaScriptZygote,
    Gateway,
    Cells,
}

/// <summary>The processes of a running service, by what they are.</summary>
internal static class Parts
{
    /// <summary>Those that are there now.</summary>
    public static List<int> Of(RunningService service, Part part) => part switch
    {
        Part.Agent => Named(service, "mayfly-agent"),
        Part.Jailer => ChildrenOfAgents(service, "jailer"),
        Part.PythonZygote => ChildrenOfAgents(service, "python3"),
        Part.JavaScriptZygote => ChildrenOfAgents(service, "node"),
        Part.Gateway => [service.Gateway],
        _ => [service.Top],
    };

    /// <summary>Resident memory, in bytes.</summary>
    public static long Resident(int process) =>
        long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    // A program's children have its name, too; a zygote is the agent's own child, in its pid namespace. Its spares are not.
    private static List<int> ChildrenOfAgents(RunningService service, string name)
    {
        var agents = Of(service, Part.Agent).ToDictionary(agent => agent, Namespace);
        return [.. Named(service, name).Where(process => agents.TryGetValue(Parent(process), out var place) && Namespace(process) == place)];
    }

    private static List<int> Named(RunningService service, string name) => [.. service.Processes().Where(process => Stat(process) is { } stat && stat.Name == name)];

    private static int Parent(int process) => Stat(process)?.Parent ?? 0;

    private static string? Namespace(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/pid").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (string Name, int Parent)? Stat(int process)
    {
        try
        {
            // "12 (name) S 3 …": a name may hold anything.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var (begin, end) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(')'));
            return (text[(begin + 1)..end], int.Parse(text[(end + 2)..].Split(' ')[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
