namespace Mayfly.Cli;

/// <summary>A data directory for one command, so that it disturbs no service; only root can enter it.</summary>
internal sealed class Scratch(string path) : IDisposable
{
    public string Path { get; } = path;

    public static Scratch Create(string command) => new(Directory.CreateTempSubdirectory($"mayfly-{command}-").FullName);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
