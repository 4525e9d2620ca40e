using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Mayfly.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mayfly.StoreTests.Servers;

/// <summary>A real gateway in a process of its own, with a function in the place of the cells: killed and started again by tests.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly (string Key, string Value)[] _settings;
    private readonly StringBuilder _log = new();
    private Process _process;

    private GatewayProcess((string Key, string Value)[] settings)
    {
        _settings = settings;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 200 }) { BaseAddress = new Uri($"http://{settings.Single(pair => pair.Key == "LISTEN").Value}"), Timeout = TimeSpan.FromSeconds(60) };
        _process = Launch();
    }

    public HttpClient Http { get; }

    /// <summary>All that its processes wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts one on a store. Its programs print their own code.</summary>
    public static GatewayProcess Start(TestStore store, string place, params (string Key, string Value)[] settings) => new(
    [
        ("LISTEN", $"127.0.0.1:{FreePort()}"),
        ("DATA", store.ConnectionString.Length == 0 ? store.Directory : Directory.CreateDirectory(Path.Combine(store.Directory, place)).FullName),
        ("IMAGES", Path.Combine(store.Directory, "images")),
        ("DATABASE", store.ConnectionString),
        .. settings,
    ]);

    /// <summary>Ends it as a crash would, and starts the next one at the same place.</summary>
    public void KillAndRestart()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = Launch();
    }

    /// <summary>POST execute; null: no answer came.</summary>
    public async Task<Answer?> TryExecuteAsync(string secret, string body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TestGateway.ExecutePath) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        try
        {
            using var response = await Http.SendAsync(request);
            var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
            return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Http.Dispose();
    }

    /// <summary>What the process does: a gateway by its environment, until its input ends.</summary>
    public static async Task<int> RunAsync()
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("MAYFLY_").Build();
        var delay = TimeSpan.FromMilliseconds(configuration.GetValue("TestDelayMs", 2));
        var cells = new TestCells
        {
            Run = async (execution, hangUp) =>
            {
                await Task.Delay(delay, CancellationToken.None);
                return await TestGateway.Echo(execution, hangUp);
            },
        };
        using var meter = new Meter(Metrics.MeterName);
        using var logs = Logs.Create(new LogOptions { Level = LogLevel.Debug });
        await using var gateway = await Gateway.StartAsync(GatewayOptions.From(configuration), cells.Side, meter, logs, TimeProvider.System);
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await gateway.DrainAsync();
        return 0;
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(GatewayProcess).Assembly.Location, "gateway"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in _settings) start.Environment[$"MAYFLY_{key}"] = value;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        var ready = process.StandardOutput.ReadLine();
        return ready == "ready" ? process : throw new InvalidOperationException($"the gateway ended before it was ready: {ready} {Log}");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
