using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Mayfly.Client;

namespace Mayfly.Bench.Sdks;

/// <summary>The C# SDK beside HttpClient; what bench/sdks/drive.mjs and drive.py do for theirs.</summary>
internal static class DotNetSdk
{
    private const int WarmUp = 20;

    public static async Task<WaysOfAsking> MeasureAsync(Uri url, string key, int rounds, CancellationToken stop)
    {
        using var mayfly = new Mayfly.Client.MayflyClient(new MayflyOptions { BaseUrl = url.AbsoluteUri, ApiKey = key });
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        List<double> sdk = [], raw = [], bare = [];
        (List<double> Into, Func<Task> Ask)[] there =
        [
            (bare, () => RawAsync(http, null, stop)),
            (raw, () => RawAsync(http, Guid.NewGuid().ToString(), stop)),
            (sdk, () => mayfly.ExecuteAsync(new ExecuteRequest("print(1)", Languages.Python), cancellationToken: stop)),
        ];
        for (var round = -WarmUp; round < rounds; round++)
        {
            // There and back: what gets slower or faster meanwhile does so for all.
            foreach (var (into, ask) in there.Concat(there.Reverse()))
            {
                var clock = Stopwatch.StartNew();
                await ask();
                if (round >= 0) into.Add(clock.Elapsed.TotalMilliseconds);
            }
        }

        return new WaysOfAsking(sdk, raw, bare);
    }

    private static async Task RawAsync(HttpClient http, string? idempotencyKey, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/code-sandbox/execute", UriKind.Relative))
        {
            Content = new StringContent("""{"code":"print(1)","language":"python"}""", Encoding.UTF8, "application/json"),
        };
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await http.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(stop);
    }
}
