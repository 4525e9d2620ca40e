using System.Diagnostics;

namespace Mayfly.HostTests.Cells;

/// <summary>A program directory and an image with a fake agent and a puppet in place of the real ones: static, so an empty root does.</summary>
public sealed class FakeParts : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mayfly-fake-").FullName;

    public FakeParts()
    {
        if (!File.Exists("/usr/bin/gcc")) return; // Host.RequireCells skips
        Directory.CreateDirectory(Path.Combine(App, "cell"));
        Compile("puppet.c", Path.Combine(App, "puppet"));
        Compile("fake-agent.c", Path.Combine(App, "cell/mayfly-agent"));
        foreach (var point in (string[])["proc", "dev", "run", "mayfly", "sandbox", "tmp"]) Directory.CreateDirectory(Path.Combine(Image, "rootfs", point));
        File.SetUnixFileMode(Path.Combine(Image, "rootfs/tmp"), (UnixFileMode)0x3FF); // 1777, as in a real one
        File.WriteAllText(Path.Combine(Image, "manifest.json"), """{ "digest": "fake" }""");
    }

    internal string App => Path.Combine(_directory, "app");

    internal string Image => Path.Combine(_directory, "image");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    internal static void CopyTree(string from, string to)
    {
        foreach (var directory in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
        {
            var copy = Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, directory)));
            copy.UnixFileMode = File.GetUnixFileMode(directory);
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static void Compile(string source, string program)
    {
        using var compiler = Process.Start("/usr/bin/gcc", ["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-o", program, Path.Combine(AppContext.BaseDirectory, "Cells", source)]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0) throw new InvalidOperationException($"gcc does not compile {source}");
    }
}
