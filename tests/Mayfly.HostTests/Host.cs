using System.Runtime.CompilerServices;

namespace Mayfly.HostTests;

/// <summary>Where these tests find what they start. A test that misses something is skipped, and names it.</summary>
internal static class Host
{
    /// <summary>The published program: mayfly.dll, mayfly-cells, cell/.</summary>
    public static string App => Environment.GetEnvironmentVariable("MAYFLY_APP") is { Length: > 0 } given ? given : Path.Combine(Repository, "artifacts/app");

    /// <summary>The image's directory, with rootfs/ and manifest.json; null if none was named.</summary>
    public static string? Image => Environment.GetEnvironmentVariable("MAYFLY_TEST_IMAGE") is { Length: > 0 } given ? given : null;

    public static string CellsProgram => Path.Combine(App, "mayfly-cells");

    public static string Repository => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../.."));

    /// <summary>Skips unless mayfly-cells can be started here.</summary>
    public static void RequireCells()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root is needed: namespaces, mounts and cgroups are made");
        Assert.SkipUnless(File.Exists(CellsProgram), $"{CellsProgram} is missing: ./mayfly build, or name the published program in MAYFLY_APP");
        foreach (var program in (string[])["/usr/sbin/runc", "/usr/bin/setpriv", "/usr/bin/gcc"])
        {
            Assert.SkipUnless(File.Exists(program), $"{program} is not installed");
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
