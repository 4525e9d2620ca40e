namespace Mayfly.Bench.Contenders;

/// <summary>Command lines of the runtimes that speak the Open Container Initiative's specification.</summary>
internal static class Oci
{
    /// <summary>A container for one program, from nothing to nothing.</summary>
    public static string[] Run(string runc, BenchRoot root, Workload workload) =>
        [runc, "--root", root.State("runc"), "run", "--bundle", root.Bundle(workload.CommandLine), Name()];

    /// <summary>The same on gVisor's kernel. Its cgroups are left out: it would need them where runc does not.</summary>
    public static string[] RunSandboxed(string runsc, BenchRoot root, Workload workload) =>
        [runsc, "--root", root.State("runsc"), "--network=none", "--ignore-cgroups", "run", "--bundle", root.Bundle(workload.CommandLine), Name()];

    public static string Name() => $"mayfly-bench-{Guid.NewGuid():N}";
}
