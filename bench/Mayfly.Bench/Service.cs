using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mayfly.Bench;

/// <summary>A Mayfly of this run's own: a free port, an empty data directory, the defaults.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;
    private readonly HttpClient _http;

    private Service(Process process, string data, HttpClient http, string imageRoot, string runtimes)
    {
        _process = process;
        _data = data;
        _http = http;
        ImageRoot = imageRoot;
        Runtimes = runtimes;
    }

    public string ImageRoot { get; }

    /// <summary>Versions, as the service reports them.</summary>
    public string Runtimes { get; }

    public static async Task<Service> StartAsync(string app, string? images, CancellationToken stop)
    {
        var program = Path.Combine(app, "mayfly.dll");
        var data = Directory.CreateTempSubdirectory("mayfly-bench-data-").FullName;
        var address = $"127.0.0.1:{FreePort()}";
        string[] common = images is null ? [] : ["--images", images];
        var image = (await OutputAsync(program, ["image", "show", "--path", .. common], stop)).Trim();

        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--listen", address, "--data", data, .. common])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        var http = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(60) };
        try
        {
            await UntilReadyAsync(http, process, stop);
            var created = JsonNode.Parse(await OutputAsync(program, ["keys", "create", "--name", "bench", "--json", "--data", data], stop))!;
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)created["key"]);
            var runtimes = await http.GetStringAsync(new Uri("/v1/code-sandbox/runtimes", UriKind.Relative), stop);
            return new Service(process, data, http, Path.Combine(image, "rootfs"), runtimes);
        }
        catch
        {
            // Nobody else knows of it yet.
            await EndAsync(process, data, http);
            throw;
        }
    }

    public async Task<Sample> ExecuteAsync(Workload workload, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        using var answer = await _http.PostAsJsonAsync(new Uri("/v1/code-sandbox/execute", UriKind.Relative), new { language = workload.Language, code = workload.Code }, stop);
        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        var wall = Stopwatch.GetElapsedTime(begin);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return new Sample(wall.TotalMilliseconds, null, null, $"HTTP {(int)answer.StatusCode}", -1);
        }

        using var json = JsonDocument.Parse(body);
        return new Sample(wall.TotalMilliseconds, null, null, json.RootElement.GetProperty("stdout").GetString()!, json.RootElement.GetProperty("exitCode").GetInt32());
    }

    /// <summary>What the whole service holds of the machine now.</summary>
    public Footprint Footprint() => Bench.Footprint.Of(_process.Id, _data);

    public async ValueTask DisposeAsync() => await EndAsync(_process, _data, _http);

    private static async Task EndAsync(Process process, string data, HttpClient http)
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        http.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private static async Task UntilReadyAsync(HttpClient http, Process process, CancellationToken stop)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the service ended with exit code {process.ExitCode} before it was ready; ./mayfly doctor tells why");
            }

            try
            {
                using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), stop);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100, stop);
        }

        throw new InvalidOperationException("the service was not ready within 30 s; ./mayfly doctor tells why");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<string> OutputAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"mayfly {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}
