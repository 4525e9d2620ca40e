using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Mayfly.Bench.Contenders;

/// <summary>The image as a root file system for the yardsticks, with /proc and /dev, gone with this process's mount namespace.</summary>
/// <remarks>./mayfly bench starts this program under <c>unshare --mount</c>: no mount made here is seen outside.</remarks>
internal sealed class BenchRoot : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mayfly-bench-").FullName;
    private readonly Dictionary<string, string> _bundles = [];

    public string Path => System.IO.Path.Combine(_directory, "root");

    /// <summary>Where a runtime keeps its state.</summary>
    public string State(string runtime) => System.IO.Path.Combine(_directory, runtime);

    public static BenchRoot Mount(string imageRoot)
    {
        var root = new BenchRoot();
        Directory.CreateDirectory(root.Path);
        Call("mount", "--bind", imageRoot, root.Path);
        Call("mount", "-o", "remount,bind,ro", root.Path);
        Call("mount", "-t", "proc", "proc", $"{root.Path}/proc");
        Call("mount", "--bind", "/dev", $"{root.Path}/dev");
        Call("mount", "-t", "tmpfs", "tmpfs", $"{root.Path}/tmp");
        return root;
    }

    /// <summary>An OCI bundle that runs <paramref name="arguments"/> in this root.</summary>
    public string Bundle(string[] arguments)
    {
        var key = string.Join('\0', arguments);
        if (_bundles.TryGetValue(key, out var known))
        {
            return known;
        }

        var bundle = System.IO.Path.Combine(_directory, $"bundle-{_bundles.Count}");
        Directory.CreateDirectory(bundle);
        Call("runc", "spec", "--bundle", bundle);
        var file = System.IO.Path.Combine(bundle, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(file))!;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]);
        config["process"]!["env"] = new JsonArray([.. ContenderSet.Environment.Select(variable => (JsonNode)variable)]);
        config["root"]!["path"] = Path;
        config["root"]!["readonly"] = true;
        // The cgroup that runc would make below ours has no use here: limits are not what is compared.
        File.WriteAllText(file, config.ToJsonString());
        return _bundles[key] = bundle;
    }

    public void Dispose()
    {
        foreach (var mount in (string[])["tmp", "dev", "proc", ""])
        {
            Call("umount", "--lazy", System.IO.Path.Combine(Path, mount));
        }

        Directory.Delete(_directory, recursive: true);
    }

    private static void Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error.Trim()}");
        }
    }
}
