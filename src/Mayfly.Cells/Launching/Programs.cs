namespace Mayfly.Cells.Launching;

/// <summary>System programs, from the system's own directories: root does not follow a PATH that somebody else set.</summary>
internal static class Programs
{
    public static readonly IReadOnlyList<string> Directories = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>The program's path.</summary>
    /// <exception cref="StartException">It is not installed.</exception>
    public static string Find(string name, string remedy) =>
        Directories.Select(directory => $"{directory}/{name}").FirstOrDefault(File.Exists)
        ?? throw new StartException($"{name} is in none of {string.Join(", ", Directories)}. Install it: {remedy}");
}
