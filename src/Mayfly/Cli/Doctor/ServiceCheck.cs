namespace Mayfly.Cli.Doctor;

/// <summary>Whether a service answers at the configured address. None is no failure: it may not be started.</summary>
internal static class ServiceCheck
{
    public static async Task<Finding> RunAsync(IConfiguration settings, CancellationToken stop)
    {
        var address = settings["Listen"] ?? "127.0.0.1:8080";
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{address}/healthz/ready"), stop);
            return answer.IsSuccessStatusCode
                ? Finding.Pass("service", $"ready at http://{address}")
                : Finding.Fail("service", $"http://{address}/healthz/ready answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}", "read the log of ./mayfly serve");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return Finding.Skipped("service", $"nothing answers at http://{address} (start it: ./mayfly up)");
        }
    }
}
