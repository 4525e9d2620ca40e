using System.Text.Json;
using System.Text.RegularExpressions;
using Mayfly.Attacks;
using Mayfly.HostTests.Faults;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Hygiene;

/// <summary>No privileged process names a path in a tree that user code can write: all their calls are recorded while programs leave the worst trees behind.</summary>
/// <remarks>The escapes of sandboxes of this kind repeat one mistake: privileged code that follows a path which the sandbox controls.</remarks>
public sealed class PrivilegedPathTests
{
    // Trees that lie, in three directories; files of both languages; a program that is out of memory; one that is killed with its children. The first ones
    // run in spares that were there before the trace: of those, what is seen is what others do with them.
    private static readonly string[] s_programs =
        ["moves_paths.py", "links.py", "leaves_files.py", "leaves_files.js", "attributes.py", "daemon.py", "touched_memory.py", "kills_itself.js", "ordinary_files.py", "moves_paths.py", "moves_paths.py"];

    private static readonly IReadOnlyList<Reviewed> s_reviewed = JsonSerializer.Deserialize<Listing>(
        File.ReadAllText(Path.Combine(Host.Repository, "tests/Mayfly.HostTests/Hygiene/privileged-paths.json")), JsonSerializerOptions.Web)!.Calls;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Privileged_processes_name_no_path_that_is_not_reviewed(bool warm)
    {
        Assert.SkipUnless(File.Exists(SystemCallTrace.Program), $"{SystemCallTrace.Program} is not installed");
        using var service = await RunningService.StartAsync(["--cells", "1", "--slots", "4", "--set", "Log:Level=Warning", .. warm ? SharedService.BareTiers : ["--warm", "false"]]);
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == 1 && Parts.Of(service, Part.JavaScriptZygote).Count == (warm ? 1 : 0), "no cell is up");
        var actors = new Dictionary<int, string> { [service.Top] = "cells" };
        foreach (var (part, who) in new[] { (Part.Agent, "agent"), (Part.Jailer, "jailer"), (Part.PythonZygote, "zygote"), (Part.JavaScriptZygote, "zygote") })
            foreach (var pid in Parts.Of(service, part)) actors[pid] = who;
        Assert.Equal(warm ? 5 : 3, actors.Count);

        using var trace = await SystemCallTrace.StartAsync(actors);
        var suite = AttackSuite.Read();
        foreach (var program in s_programs)
        {
            var @case = suite.Cases.First(of => of.Program == program);
            var (status, body) = await service.AskAsync(@case.Code, @case.Language);
            Assert.True(status == 200, body.GetRawText());
        }

        // A cell dies, and mayfly-cells clears up behind it.
        var agent = actors.Single(actor => actor.Value == "agent").Key;
        await RunningService.SignalAsync("KILL", agent);
        await RunningService.EventuallyAsync(() => !Directory.Exists($"/proc/{agent}") && !service.Cgroups().Exists(path => path.EndsWith("/cell-1", StringComparison.Ordinal)), "the dead cell's cgroups are still there");
        var calls = await trace.EndAsync();

        // The trace holds what it has to: everybody whose calls are judged, and user code's, which are not.
        Assert.Contains(calls, call => call.Who is null && call.Text.StartsWith("rename(\"/tmp/", StringComparison.Ordinal));
        foreach (var who in (string[])["agent", "init", "child", "cells"]) Assert.True(calls.Any(call => call.Who == who), $"no call of {who} was recorded");
        var others = calls.Where(call => call.Who is not null && !IsReviewed(call)).Select(call => $"{call.Who}: {call.Text}").Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(others.Count == 0, $"not in privileged-paths.json:\n{string.Join('\n', others)}");
    }

    [Theory]
    [InlineData("10 unlinkat(AT_FDCWD</>, \"/proc/77/root/tmp/f\", 0) = 0", false)]
    [InlineData("10 openat(8</run/cgroup/memory>, \"../../tmp/f\", O_RDONLY) = 4", false)]
    [InlineData("10 openat(8</run/cgroup/memory>, \"..\", O_RDONLY) = 4", false)]
    [InlineData("10 newfstatat(5</sandbox>, \"main.py\", {st_mode=S_IFREG|0644}, 0) = 0", false)]
    [InlineData("10 unlinkat(8</run/cgroup/memory>, \"slot-2-1\", AT_REMOVEDIR) = 0", true)]
    [InlineData("10 openat(8</run/cgroup/memory>, \"slot-2-1/cgroup.procs\", O_WRONLY|O_CLOEXEC) = 4", true)]
    [InlineData("10 openat(8</run/cgroup/memory>, \"slot-2-1/../../f\", O_WRONLY|O_CLOEXEC) = 4", false)]
    [InlineData("11 chown(\"/sandbox/main.py\", 1, 1) = 0", false)]
    [InlineData("12 chown(\"/tmp/f\", 1, 1 <unfinished ...>", false)]
    [InlineData("12 chdir(\"/sandbox\") = 0", true)]
    [InlineData("13 rename(\"/tmp/a\", \"/tmp/b\") = 0", true)]
    [InlineData("14 openat(AT_FDCWD</>, \"/tmp/a\", O_RDONLY) = 3", false)]
    public void A_path_of_user_code_is_noticed(string line, bool good)
    {
        // 10 is the agent, 11 the jailer; 12 its child; 13 a grandchild of one that gave its rights up; 14 nobody is seen to have made.
        string[] lines = ["11 clone(child_stack=NULL, flags=SIGCHLD) = 2 /* 12 in strace's PID NS */", "11 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>", "11 <... clone resumed>) = 3 /* 15 in strace's PID NS */",
            "15 setresuid(10001, 10001, 10001) = 0", "15 fork() = 4 /* 13 in strace's PID NS */", line];
        var call = SystemCallTrace.Read(lines, new Dictionary<int, string> { [10] = "agent", [11] = "jailer" })[^1];

        Assert.Equal(good, call.Who is null || IsReviewed(call));
        Assert.Equal(line.StartsWith("13", StringComparison.Ordinal), call.Who is null);
    }

    private static bool IsReviewed(PathCall call) => s_reviewed.Any(one => one.Who == call.Who && Regex.IsMatch(call.Text, $"^(?:{one.Call})"));

    private sealed record Listing(IReadOnlyList<Reviewed> Calls);

    private sealed record Reviewed(string Who, string Call, string Why);
}
