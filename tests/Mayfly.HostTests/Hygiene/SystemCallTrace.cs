using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Mayfly.HostTests.Hygiene;

/// <summary>A system call that takes a path, as strace writes it: numbers are N, and what it returned is cut off.</summary>
/// <param name="Who">The actor; null: user code, or runc.</param>
/// <param name="Text">Name and arguments.</param>
internal sealed record PathCall(string? Who, string Text);

/// <summary>What processes and all their children do with paths, by strace.</summary>
internal sealed partial class SystemCallTrace : IDisposable
{
    public const string Program = "/usr/bin/strace";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mayfly-trace-{Guid.NewGuid():N}");
    private readonly IReadOnlyDictionary<int, string> _actors;
    private readonly Process _strace;

    private SystemCallTrace(IReadOnlyDictionary<int, string> actors)
    {
        _actors = actors;
        _strace = Process.Start(
            Program,
            [
                "-f", "-y", "--pidns-translation", "-qq", "-e", "signal=none", "-e", "trace=%file,setresuid,clone,clone3,fork,vfork,prctl", "-o", _file,
                .. actors.Keys.SelectMany(pid => new[] { "-p", pid.ToString(CultureInfo.InvariantCulture) }),
            ]);
    }

    /// <summary>Begins, and waits until each of them is watched.</summary>
    public static async Task<SystemCallTrace> StartAsync(IReadOnlyDictionary<int, string> actors)
    {
        var trace = new SystemCallTrace(actors);
        await Services.RunningService.EventuallyAsync(() => actors.Keys.All(IsTraced), "strace did not get hold of every process");
        return trace;
    }

    /// <summary>Ends, and tells what was done.</summary>
    public async Task<IReadOnlyList<PathCall>> EndAsync()
    {
        // Asked to end, it would wait for each process to stop; one that waits for its own vfork never does. Killed, it lets go of all of them; its lines are written as they come.
        _strace.Kill();
        await _strace.WaitForExitAsync();
        return Read(await File.ReadAllLinesAsync(_file), _actors);
    }

    /// <summary>Reads what strace wrote: "PID call(arguments) = result", of the processes named and those they made.</summary>
    /// <remarks>A process is privileged as long as neither it nor the one that made it has changed to a user that is not root.</remarks>
    public static IReadOnlyList<PathCall> Read(IReadOnlyList<string> lines, IReadOnlyDictionary<int, string> actors)
    {
        var made = new Dictionary<int, (int By, int At)>();
        var dropped = new Dictionary<int, int>();
        var inits = new HashSet<int>();
        for (var at = 0; at < lines.Count; at++)
        {
            var (pid, text) = Split(lines[at]);
            if (Made().Match(text) is { Success: true } made2) made.TryAdd(Number(made2.Groups[2].Success ? made2.Groups[2] : made2.Groups[1]), (pid, at));
            if (text.StartsWith("setresuid(", StringComparison.Ordinal) && !text.StartsWith("setresuid(0,", StringComparison.Ordinal)) dropped.TryAdd(pid, at);
            if (text.Contains("PR_SET_NAME, \"jail-init\"", StringComparison.Ordinal)) inits.Add(pid);
        }

        var calls = new List<PathCall>();
        for (var at = 0; at < lines.Count; at++)
        {
            var (pid, text) = Split(lines[at]);
            if (NotPaths().IsMatch(text)) continue;
            calls.Add(new PathCall(Who(pid, at), Numbers().Replace(Result().Replace(text, ""), "N")));
        }

        return calls;

        string? Who(int pid, int at)
        {
            if (dropped.TryGetValue(pid, out var since) && at > since) return null;
            if (actors.TryGetValue(pid, out var actor)) return actor;
            if (inits.Contains(pid)) return "init";
            // One that nobody is seen to have made is judged as the strictest: a child.
            if (!made.TryGetValue(pid, out var maker)) return "child";
            // What mayfly-cells starts is runc and the next cell, of which this trace is not about.
            return Who(maker.By, maker.At) is { } parent && parent != "cells" ? "child" : null;
        }
    }

    public void Dispose()
    {
        if (!_strace.HasExited) _strace.Kill();
        _strace.WaitForExit();
        _strace.Dispose();
        File.Delete(_file);
    }

    private static (int Pid, string Text) Split(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return (int.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture), line[space..].TrimStart());
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    /// <summary>Whether every thread of a process is being traced.</summary>
    public static bool IsTraced(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task").All(thread => !File.ReadAllText($"{thread}/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    // "clone(…) = 8 /* 29377 in strace's PID NS */", whole or the end of one that was interrupted.
    [GeneratedRegex(@"^(?:clone3?|v?fork|<\.\.\. (?:clone3?|v?fork) resumed>).* = (\d+)(?: /\* (\d+) in strace's PID NS \*/)?$")]
    private static partial Regex Made();

    // Results of interrupted calls, ends of processes, and calls that are traced for who makes whom.
    [GeneratedRegex(@"^(?:<\.\.\.|\+\+\+|---|clone3?\(|v?fork\(|prctl\(|setresuid\()")]
    private static partial Regex NotPaths();

    [GeneratedRegex(@"\)\s+= (?:-?\d|0x|\?).*$| <unfinished \.\.\.>$")]
    private static partial Regex Result();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Numbers();
}
