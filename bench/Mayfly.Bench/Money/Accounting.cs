using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Load;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Money;

/// <summary>What it costs that a charge is kept: services that differ by where their ledger is, in turns.</summary>
/// <remarks>
/// The yardstick's ledger is the same SQLite in memory (a data directory on tmpfs): nothing of it would outlive the machine, and everything else of a request is the
/// same. Each round goes there and back (A B C, C B A), so that what the machine does meanwhile is shared out; what counts is the median
/// of the ratios of neighbours.
/// </remarks>
internal static class Accounting
{
    private const string Memory = "/dev/shm";
    private const int ClientCount = 8;
    private const int Alone = 150;

    // No cell takes part in what is compared; one each leaves memory for three services.
    private static readonly string[] Options = ["--cells", "1", "--slots", "8"];

    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(MayflyProgram program, int rounds, CancellationToken stop)
    {
        await using var postgres = await LocalPostgres.StartAsync(stop);
        await using var inMemory = await Service.StartAsync(program, Options, stop, parent: Memory);
        await using var onDisk = await Service.StartAsync(program, Options, stop);
        await using var shared = postgres is null ? null : await Service.StartAsync(program, [.. Options, "--set", $"Database={postgres.ConnectionString}"], stop);
        List<Ledger> ledgers = [new("in memory", inMemory), new("SQLite", onDisk) { Most = 1.05 }];
        if (shared is not null)
        {
            ledgers.Add(new("PostgreSQL, local", shared) { Most = 1.15 });
        }

        // The first round warms what .NET compiles on the way, and is not counted.
        for (var round = -1; round < rounds; round++)
        {
            foreach (var ledger in ledgers.Concat(Enumerable.Reverse(ledgers)))
            {
                stop.ThrowIfCancellationRequested();
                ledger.Measure(isCounted: round >= 0, stop);
            }
        }

        ConsoleReport.Print(new TextTable(
            $"Accounting, {rounds} rounds there and back",
            ["ledger", "executions a second", "time, ratio", "one client, p50 ms", "p50, ratio", "wanted"],
            [.. ledgers.Select(ledger => ledger.Row(ledgers[0]))],
            "Ratios: medians of what an execution took over what it took beside it in memory, in the same round. Commits are as durable as by default: SQLite WAL with NORMAL, PostgreSQL with fsync."));
        if (shared is null)
        {
            Console.WriteLine("PostgreSQL was left out: apt-get install postgresql");
        }

        return 0;
    }

    private sealed class Ledger(string name, Service service)
    {
        private readonly List<double> _perSecond = [];
        private readonly List<double> _p50Ms = [];

        /// <summary>The ratio that is wanted; null: the yardstick.</summary>
        public double? Most { get; init; }

        public void Measure(bool isCounted, CancellationToken stop)
        {
            using var clients = Clients.Of(service, ClientCount);
            var loop = ClosedLoop.Run(clients, Workload.Print, Slice, stop);
            var alone = new List<double>();
            while (alone.Count < Alone && !stop.IsCancellationRequested)
            {
                var begin = Stopwatch.GetTimestamp();
                Check(clients[0].Ask(Workload.Print) == ClientAnswer.Right);
                alone.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }

            Check(loop.Wrong == 0 && loop.Answers > 0);
            if (!isCounted || stop.IsCancellationRequested)
            {
                return;
            }

            _perSecond.Add(loop.PerSecond);
            _p50Ms.Add(Statistics.Median(alone));
        }

        public string[] Row(Ledger yardstick) =>
        [
            name,
            Numbers.Text(Statistics.Median(_perSecond)),
            Numbers.Text(Statistics.MedianOfRatios(yardstick._perSecond, _perSecond)),
            Numbers.Text(Statistics.Median(_p50Ms)),
            Numbers.Text(Statistics.MedianOfRatios(_p50Ms, yardstick._p50Ms)),
            Most is { } most ? $"≤ {Numbers.Text(most)}" : "",
        ];

        private void Check(bool isRight)
        {
            if (!isRight)
            {
                throw new ServiceException($"{name}: an answer was not as expected");
            }
        }
    }
}
