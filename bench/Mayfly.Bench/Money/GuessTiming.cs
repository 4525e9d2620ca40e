using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Http;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Money;

/// <summary>Whether the time of a refusal tells how near a guessed key is: keys that begin as a good one does, and random ones, in turns.</summary>
internal static class GuessTiming
{
    // Under it, chance alone gives a difference as large in one of 20 runs.
    private const double Striking = 1.96;

    // So that guesses are refused as such, and not because there were many.
    private static readonly string[] Options = ["--cells", "1", "--slots", "1", "--set", "Admission:FailuresPerMinute=1000000"];

    public static async Task<int> RunAsync(MayflyProgram program, int pairs, CancellationToken stop)
    {
        await using var service = await Service.StartAsync(program, Options, stop);
        using var connection = new HttpConnection(service.Endpoint);
        var near = new List<double>();
        var random = new List<double>();
        for (var pair = -pairs / 4; pair < pairs; pair++)
        {
            stop.ThrowIfCancellationRequested();

            // There and back, so that neither kind always follows the other.
            var (first, second) = pair % 2 == 0 ? (near, random) : (random, near);
            var (one, other) = (Refuse(connection, service, first == near), Refuse(connection, service, second == near));
            if (pair >= 0)
            {
                first.Add(one);
                second.Add(other);
            }
        }

        // The sign test: of so many pairs, how often was the near miss the slower one? It asks nothing about how times are spread.
        var slower = near.Zip(random, (left, right) => left > right).Count(isSlower => isSlower);
        var deviations = (slower - (pairs / 2.0)) / (Math.Sqrt(pairs) / 2);
        ConsoleReport.Print(new TextTable(
            $"Refusals of {pairs} near misses and {pairs} random keys, in turns",
            ["key", "p50 µs", "p90 µs"],
            [Row("begins as a good one", near), Row("random", random)],
            string.Create(CultureInfo.InvariantCulture, $"The near miss was the slower one {slower} times of {pairs}: {deviations:0.00} standard deviations from chance; {(Math.Abs(deviations) < Striking ? "no difference found" : "a difference by this measure: repeat it")}.")));
        return 0;
    }

    private static double Refuse(HttpConnection connection, Service service, bool isNear)
    {
        // Both are well-formed: they are looked up. Made before the clock runs.
        var key = isNear ? GuessedKeys.NearMiss(service.Key) : GuessedKeys.Random();
        var request = ExecuteRequests.For(Workload.Print, key);
        var begin = Stopwatch.GetTimestamp();
        var status = connection.Send(request);
        var took = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        return status == 401 ? took : throw new ServiceException($"a guessed key was answered with {status}: {Encoding.UTF8.GetString(connection.Body)}");
    }

    private static string[] Row(string name, List<double> times) => [name, Numbers.Text(Statistics.Median(times)), Numbers.Text(Statistics.Quantile(times, 0.9))];
}
