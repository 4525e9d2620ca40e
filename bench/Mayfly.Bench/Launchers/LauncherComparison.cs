using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Launchers;

/// <summary>One service for each launcher, side by side and asked in turns: what a stronger wall costs.</summary>
internal static class LauncherComparison
{
    private const int Slots = 4;

    // An emulated micro-VM tests itself for most of a minute on an idle machine.
    private static readonly TimeSpan s_readyWithin = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan s_loop = TimeSpan.FromSeconds(8);

    private static readonly string[] s_names = ["container", "microvm"];

    // One cell, for everybody: the cells are compared, and not their number.
    private static readonly string[] s_options = ["--cells", "1", "--slots", Numbers.Count(Slots), "--set", "CellReuse=shared", "--set", "StandbyCells=0", "--set", "Queue:WaitMs=60000"];

    /// <returns>0: every launcher gave right answers.</returns>
    public static async Task<int> RunAsync(MayflyProgram program, int rounds, CancellationToken stop)
    {
        var launchers = new List<Launcher>();
        try
        {
            // One after another: two that boot at once would each wait for the other.
            foreach (var name in s_names)
            {
                launchers.Add(await StartAsync(program, name, stop));
            }

            using var root = BenchRoot.Mount(await program.ImageRootAsync(stop));
            using var bare = new RootedThread(root.Path);
            foreach (var workload in Workload.All)
            {
                AskInTurns(launchers, bare, workload, rounds);
            }

            foreach (var launcher in launchers)
            {
                launcher.MemoryMiB = CellMemory.PrivateMiB(launcher.Service.Top);
                using var clients = Clients.Of(launcher.Service, Slots);
                launcher.Loop = ClosedLoop.Run(clients, Workload.Print, s_loop, stop);
            }

            Console.WriteLine(Table(launchers, rounds).ToMarkdown());
            return launchers.TrueForAll(launcher => launcher.IsRight) ? 0 : 1;
        }
        finally
        {
            foreach (var launcher in launchers)
            {
                await launcher.DisposeAsync();
            }
        }
    }

    private static async Task<Launcher> StartAsync(MayflyProgram program, string name, CancellationToken stop)
    {
        await Console.Error.WriteLineAsync($"  {name}");
        var begin = Stopwatch.GetTimestamp();
        var service = await Service.StartAsync(program, ["--launcher", name, .. s_options], stop, readyWithin: s_readyWithin);
        var launcher = new Launcher(name, service, service.Client());
        launcher.FirstAnswerSeconds = Ask(launcher, Workload.Print, begin);
        return launcher;

        static double Ask(Launcher launcher, Workload workload, long begin)
        {
            launcher.Judge(launcher.Client.Run(workload), workload);
            return Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
    }

    private static void AskInTurns(List<Launcher> launchers, RootedThread bare, Workload workload, int rounds)
    {
        for (var round = 0; round < 2 * rounds; round++)
        {
            foreach (var launcher in round % 2 == 0 ? launchers : Enumerable.Reverse(launchers))
            {
                var sample = launcher.Client.Run(workload);
                launcher.Judge(sample, workload);
                launcher.TimesOf(workload).Add(sample.WallMs);
            }

            if (round < 6) Launcher.Bare(workload).Add(bare.Run(() => Spawn.Run(workload.CommandLine, ContenderSet.Environment)).WallMs);
        }
    }

    private static TextTable Table(List<Launcher> launchers, int rounds)
    {
        var table = new TextTable(
            "Launchers",
            ["launcher", "its machine", "start to first answer, s", .. Workload.All.Select(workload => $"{workload.Name}: p50 ms, × container, × bare"), "memory of a cell, MiB", "print(1) a second"],
            [],
            $"One cell of {Slots} slots, all warm, whole HTTP requests, {2 * rounds} of each program in turns there and back. Memory: resident and no other process's, after these.");
        foreach (var launcher in launchers)
        {
            table.Rows.Add(
            [
                launcher.Name,
                launcher.Machine,
                Numbers.Text(launcher.FirstAnswerSeconds),
                .. Workload.All.Select(workload => Cell(launcher, launchers[0], workload)),
                Numbers.Text(launcher.MemoryMiB),
                Numbers.Text(launcher.Loop?.PerSecond),
            ]);
        }

        return table;
    }

    private static string Cell(Launcher launcher, Launcher container, Workload workload)
    {
        var median = Statistics.Median(launcher.TimesOf(workload));
        var ratio = Statistics.MedianOfRatios(launcher.TimesOf(workload), container.TimesOf(workload));
        return $"{Numbers.Text(median)}, {Numbers.Text(ratio)}, {Numbers.Text(median / Statistics.Median(Launcher.Bare(workload)))}";
    }
}
