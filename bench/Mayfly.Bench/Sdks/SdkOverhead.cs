using System.Diagnostics;
using System.Text.Json;
using Mayfly.Bench.Arithmetic;
using Mayfly.Bench.Report;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Sdks;

/// <summary>What each SDK adds to a program's time: its time over that of a raw client of the same language, in the middle of many turns.</summary>
internal static class SdkOverhead
{
    /// <summary>What an SDK may add.</summary>
    private const double Allowed = 1.10;

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <returns>0: every SDK is within what is allowed.</returns>
    public static async Task<int> RunAsync(MayflyProgram program, string repository, int rounds, CancellationToken stop)
    {
        await using var service = await Service.StartAsync(program, [], stop);
        var url = new Uri($"http://{service.Endpoint}");
        (string Name, string Beside, Func<Task<WaysOfAsking>> Measure)[] sdks =
        [
            ("Node.js", "node:http", () => DriveAsync("node", Path.Combine(repository, "bench/sdks/drive.mjs"), url, service.Key, rounds, stop)),
            ("Python", "http.client", () => DriveAsync("python3", Path.Combine(repository, "bench/sdks/drive.py"), url, service.Key, rounds, stop)),
            ("C#", "HttpClient", () => DotNetSdk.MeasureAsync(url, service.Key, rounds, stop)),
        ];
        var table = new TextTable(
            "SDKs beside a raw HTTP client",
            ["SDK", "beside", "p50 through it, ms", "p50 raw, ms", "ratio", "p50 raw without Idempotency-Key, ms", "ratio"],
            [],
            $"One connection that stays open, `print(1)`, {2 * rounds} requests each way, in turns there and back; ratios are medians over the turns. Allowed: {Numbers.Text(Allowed)} of the same request.");
        var within = true;
        foreach (var (name, beside, measure) in sdks)
        {
            var ways = await measure();
            var ratio = ways.RatioTo(ways.Raw);
            within &= ratio <= Allowed;
            table.Rows.Add(
            [
                name, beside, Numbers.Text(Statistics.Median(ways.Sdk)), Numbers.Text(Statistics.Median(ways.Raw)), Numbers.Text(ratio),
                Numbers.Text(Statistics.Median(ways.Bare)), Numbers.Text(ways.RatioTo(ways.Bare)),
            ]);
        }

        Console.WriteLine(table.ToMarkdown());
        return within ? 0 : 1;
    }

    private static async Task<WaysOfAsking> DriveAsync(string interpreter, string driver, Uri url, string key, int rounds, CancellationToken stop)
    {
        var start = new ProcessStartInfo(interpreter, [driver, Numbers.Count(rounds)]) { RedirectStandardOutput = true };
        start.Environment["MAYFLY_BASE_URL"] = url.GetLeftPart(UriPartial.Authority);
        start.Environment["MAYFLY_API_KEY"] = key;
        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0) throw new ServiceException($"{driver} ended with exit code {process.ExitCode}; what it said is above");
            return JsonSerializer.Deserialize<WaysOfAsking>(output, CamelCase)!;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
