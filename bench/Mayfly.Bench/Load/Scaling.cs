using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Machine;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Load;

/// <summary>What a second processor brings: the service, with its clients, on one and on two, beside a loop that only forks.</summary>
internal static class Scaling
{
    private const ulong One = 0b01;
    private const ulong Two = 0b11;

    /// <param name="service">Measured.</param>
    /// <param name="probe">The probe program.</param>
    /// <param name="slice">How long each is measured.</param>
    /// <param name="rounds">Turns: one, two, two, one.</param>
    /// <param name="stop">Ends it early.</param>
    public static ScalingResult Run(Service service, string probe, TimeSpan slice, int rounds, CancellationToken stop)
    {
        List<double> own = [], forks = [];
        using var clients = Clients.Of(service, Throughput.Stated);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                stop.ThrowIfCancellationRequested();
                own.Add(InTurn(round, () => Service(clients, One, slice, stop), () => Service(clients, Two, slice, stop)));
                forks.Add(InTurn(round, () => Forks(probe, 1, slice), () => Forks(probe, 2, slice)));
            }
        }
        finally
        {
            Affinity.Set(Environment.ProcessId, Affinity.All);
        }

        return new ScalingResult(Statistics.Median(own), Statistics.Median(forks), Statistics.MedianOfRatios(own, forks));
    }

    private static double InTurn(int round, Func<double> one, Func<double> two)
    {
        if (round % 2 == 0)
        {
            var first = one();
            return two() / first;
        }

        var second = two();
        return second / one();
    }

    // The service is below this process, and both are pinned: its clients may not take a processor from elsewhere.
    private static double Service(Clients clients, ulong mask, TimeSpan slice, CancellationToken stop)
    {
        Affinity.Set(Environment.ProcessId, mask);
        return ClosedLoop.Run(clients, Workload.Print, slice, stop).PerSecond;
    }

    private static double Forks(string probe, int processors, TimeSpan slice)
    {
        Affinity.Set(Environment.ProcessId, Affinity.All);
        var rates = new double[processors];
        Threads.Run(processors, number => rates[number] = Probes.Number(probe, "fork", Seconds(slice), Text(number)));
        return rates.Sum();
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0##", System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Throughput on two processors over that on one.</summary>
/// <param name="Service">Of the service.</param>
/// <param name="Forks">Of a loop that forks.</param>
/// <param name="Ratio">The former over the latter.</param>
internal sealed record ScalingResult(double Service, double Forks, double Ratio);
