using System.Globalization;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Machine;

/// <summary>What this machine charges for the things that an execution is made of; all times elsewhere follow from these.</summary>
internal sealed record Probes(double ForkMs, double PipeMs, double FaultUs, double EchoMs, double CommitMs, double SpawnTrueMs)
{
    private const int Repetitions = 5;

    /// <summary>The least that an execution could take.</summary>
    public Floor Floor => new(EchoMs, CommitMs, PipeMs, ForkMs, FaultUs / 1000);

    public static Probes Measure(string program, EchoServer echo, string directory)
    {
        using var client = new MayflyClient(echo.Endpoint, "echo");
        client.Run(Workload.Print);
        var echoes = Enumerable.Range(0, 300).Select(_ => client.Run(Workload.Print).WallMs).ToArray();
        return new Probes(
            ForkMs: 1000 / Median(program, "fork", "0.2"),
            PipeMs: Median(program, "pipe", "2000") / 1000,
            FaultUs: Median(program, "fault", "4096"),
            EchoMs: Statistics.Median(echoes),
            CommitMs: CommitProbe.MedianMs(directory),
            SpawnTrueMs: Statistics.Median(Enumerable.Range(0, 15).Select(_ => Spawn.Run(["/bin/true"], []).WallMs)));
    }

    /// <summary>One number of the probe program.</summary>
    public static double Number(string program, params string[] arguments)
    {
        var sample = Spawn.Run([program, .. arguments], []);
        return sample.Status == 0
            ? double.Parse(sample.Output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: status {sample.Status}");
    }

    private static double Median(string program, params string[] arguments) =>
        Statistics.Median(Enumerable.Range(0, Repetitions).Select(_ => Number(program, arguments)));
}
