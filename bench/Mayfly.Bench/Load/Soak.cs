using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mayfly.Bench.Accounts;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>Many mixed executions in a row, then: has anything accumulated?</summary>
internal static class Soak
{
    private const int ClientCount = 8;

    // Mostly ordinary programs, some that fail, some that a limit ends. Expected: exit code.
    private static readonly (Workload Program, int ExitCode, int Share)[] Mix =
    [
        (new("print", "python", "print(1)", "1\n"), 0, 40),
        (new("console.log", "javascript", "console.log(1)", "1\n"), 0, 20),
        (new("files", "python", "open('a','w').write('x'*100000)\nopen('/tmp/b','w').write('y'*100000)\nprint(len(open('a').read()))", "100000\n"), 0, 10),
        (new("daemon left behind", "python", "import os,time\nif os.fork()==0:\n    os.setsid()\n    time.sleep(60)\nprint('gone')", "gone\n"), 0, 8),
        (new("exception", "python", "raise SystemExit(3)", ""), 3, 8),
        (new("syntax error", "javascript", "let let = 1", ""), 1, 4),
        (new("kills itself", "python", "import os\nos.kill(os.getpid(), 9)", ""), 137, 4),
        (new("output flood", "python", "import sys\nfor _ in range(300):\n    sys.stdout.write('A'*10000)", new string('A', 1 << 20)), 0, 3),
        (new("out of memory", "python", "b = bytearray(1 << 30)", ""), 137, 2),
        (new("child process", "javascript", "console.log(require('child_process').execSync('echo hi').toString().trim())", "hi\n"), 0, 1),
    ];

    public static async Task<int> RunAsync(Service service, int runs, CancellationToken stop)
    {
        _ = RunMany(service, Math.Min(runs, 200), stop); // pools, caches and tiers reach their working size
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        var before = Footprint.Of(service.Top, service.Data);
        var begin = Stopwatch.GetTimestamp();
        var wrong = RunMany(service, runs, stop);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        var after = Footprint.Of(service.Top, service.Data);

        ConsoleReport.Print(new TextTable(
            "Held before and after",
            ["what", "before", "after"],
            [.. before.Figures.Keys.Union(after.Figures.Keys).Order(StringComparer.Ordinal).Select(name => (string[])[name, Text(before, name), Text(after, name)])]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} executions by {ClientCount} clients in {elapsed.TotalSeconds:0} s; {wrong.Count} wrong answers."));
        foreach (var group in wrong.GroupBy(line => line).OrderByDescending(group => group.Count()).Take(10))
        {
            Console.WriteLine($"  {group.Count()} × {group.Key}");
        }

        return wrong.IsEmpty ? 0 : 1;
    }

    private static ConcurrentBag<string> RunMany(Service service, int runs, CancellationToken stop)
    {
        var deck = Mix.SelectMany(entry => Enumerable.Repeat((entry.Program, entry.ExitCode), entry.Share)).ToArray();
        var wrong = new ConcurrentBag<string>();
        var next = -1;
        using var clients = Clients.Of(service, ClientCount);
        Threads.Run(ClientCount, client =>
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) is var number && number < runs)
            {
                // A fixed stride walks the whole mix in an order that is the same in every run.
                var (program, exitCode) = deck[(int)(number * 37L % deck.Length)];
                var sample = clients[client].Run(program);
                if (sample.Status != exitCode || sample.Output != program.Expected)
                {
                    wrong.Add($"{program.Name}: exit code {sample.Status}, {sample.Output.Length} characters: {sample.Output[..Math.Min(60, sample.Output.Length)]}");
                }
            }
        });
        stop.ThrowIfCancellationRequested();
        return wrong;
    }

    private static string Text(Footprint footprint, string name) =>
        footprint.Figures.TryGetValue(name, out var value) ? value.ToString(CultureInfo.InvariantCulture) : "–";
}
