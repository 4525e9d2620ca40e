namespace Mayfly.Cli.Doctor;

/// <summary>Which kinds of cell this machine can run.</summary>
internal static class LauncherChecks
{
    public static IEnumerable<Finding> All(Installation installation)
    {
        yield return installation.Launcher switch
        {
            "container" => Finding.Caution("launcher", "container: cells share this machine's kernel; use it where all keys belong to one trust domain", "./mayfly up --launcher microvm"),
            "microvm" => Finding.Pass("launcher", "microvm: each cell has a kernel of its own"),
            var other => Finding.Fail("launcher", $"{other}: not a launcher of this version", "./mayfly serve --launcher container"),
        };
        yield return Finding.Skipped("launcher gvisor", "not in this version: gVisor has no pidfds and cannot join pid namespaces, which jails are made with (docs/decisions/0025)");
        yield return MicroVmCheck.Run(installation);
    }
}
