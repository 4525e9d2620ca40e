using System.Diagnostics;
using System.Net.Sockets;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>How a small program fares beside one that takes all it can get, of another key.</summary>
internal static class Neighbours
{
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(300);

    private const string Spin = "while True: pass";

    // As many as leave one slot of eight.
    private const int Crowd = 7;

    private static readonly Workload s_crowd = new("crowd of seven CPU hogs", "python", Spin, "");

    private static readonly Workload[] Programs =
    [
        new("CPU hog", "python", Spin, ""),
        s_crowd,
        new("memory thrasher", "python", "while True:\n    b = bytearray(200 << 20)\n    for i in range(0, len(b), 4096): b[i] = 1", ""),
        new("fork bomb", "python", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", ""),
    ];

    /// <param name="service">Measured.</param>
    /// <param name="slice">How long each is measured in a round.</param>
    /// <param name="rounds">Turns; quiet is measured before each neighbour.</param>
    /// <param name="stop">Ends it early.</param>
    public static List<NeighbourResult> Run(Service service, TimeSpan slice, int rounds, CancellationToken stop)
    {
        using var client = service.Client();
        var quiet = Programs.ToDictionary(program => program, _ => new Latencies());
        var beside = Programs.ToDictionary(program => program, _ => new Latencies());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var program in Programs)
            {
                stop.ThrowIfCancellationRequested();
                Measure(client, quiet[program], slice);
                var neighbours = Enumerable.Range(0, program == s_crowd ? Crowd : 1).Select(_ => new Neighbour(service, program)).ToArray();
                try
                {
                    Thread.Sleep(UnderWay);
                    Measure(client, beside[program], slice);
                }
                finally
                {
                    foreach (var neighbour in neighbours)
                    {
                        neighbour.Dispose();
                    }
                }
            }
        }

        return [.. Programs.Select(program => new NeighbourResult(program.Name, quiet[program].Summary(), beside[program].Summary()))];
    }

    private static void Measure(MayflyClient client, Latencies into, TimeSpan slice)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < slice)
        {
            var asked = Stopwatch.GetTimestamp();
            if (client.Ask(Workload.Print) != ClientAnswer.Right)
            {
                throw new InvalidOperationException("a print(1) beside a neighbour was not answered as expected");
            }

            into.Record(Stopwatch.GetElapsedTime(asked));
        }
    }

    /// <summary>An execution that ends when its client hangs up, and begins anew when a limit ends it before.</summary>
    private sealed class Neighbour : IDisposable
    {
        private readonly MayflyClient _client;
        private readonly Thread _thread;
        private volatile bool _over;

        public Neighbour(Service service, Workload program)
        {
            _client = service.Neighbour();
            _thread = new Thread(() => Ask(program)) { IsBackground = true };
            _thread.Start();
        }

        public void Dispose()
        {
            _over = true;

            // Again, should it have been just about to connect.
            do
            {
                _client.HangUp();
            }
            while (!_thread.Join(TimeSpan.FromMilliseconds(20)));

            _client.Dispose();
        }

        private void Ask(Workload program)
        {
            while (!_over)
            {
                try
                {
                    _ = _client.Ask(program);
                }
                catch (Exception hungUp) when (_over && hungUp is SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}

/// <summary>One kind of neighbour, or a crowd of them.</summary>
internal sealed record NeighbourResult(string Name, LatencySummary Quiet, LatencySummary Beside)
{
    public double Ratio => Beside.P99Ms / Quiet.P99Ms;

    public double RatioOfP95 => Beside.P95Ms / Quiet.P95Ms;
}
