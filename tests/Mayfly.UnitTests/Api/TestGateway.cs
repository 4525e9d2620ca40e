using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mayfly.Accounts;
using Mayfly.Api;
using Mayfly.Dispatch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Mayfly.UnitTests.Api;

/// <summary>The real HTTP side on a loopback port and a real database, with a function in the place of the cells.</summary>
public sealed class TestGateway : IAsyncDisposable
{
    internal const string ExecutePath = "/v1/code-sandbox/execute";

    // OpenTelemetry takes instruments of one meter's name for the same, whoever made them: with one name, a gateway that is disposed of takes another's gauges with it.
    private static int s_meters;

    private readonly Meter _meter;
    private readonly Gateway _gateway;

    private TestGateway(Gateway gateway, Meter meter, string directory, ApiKey key, string secret)
    {
        (_gateway, _meter, Directory, Key, Secret) = (gateway, meter, directory, key, secret);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = gateway.Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    internal delegate Task<ExecutionResult> Run(Execution execution, CancellationToken hangUp);

    internal HttpClient Http { get; }

    internal string Directory { get; }

    internal string DatabasePath => Path.Combine(Directory, "gateway", "mayfly.db");

    internal ApiKey Key { get; }

    internal string Secret { get; }

    internal KeyStore Keys => _gateway.Keys;

    internal Gateway Gateway => _gateway;

    /// <summary>What everybody logged, at every level.</summary>
    internal LogCollector Log { get; private init; } = new();

    /// <summary>An ordinary result: what the program "printed" is its own code.</summary>
    internal static Task<ExecutionResult> Echo(Execution execution, CancellationToken hangUp) =>
        Task.FromResult(Exit() with { Stdout = Encoding.UTF8.GetString(execution.Code.Span) });

    internal static ExecutionResult Exit(int code = 0) => new()
    {
        Termination = Termination.Exit,
        Started = true,
        ExitCode = code,
        WallTime = TimeSpan.FromMilliseconds(12.3456),
        CpuTime = TimeSpan.FromMilliseconds(7),
        PeakMemoryBytes = 10 << 20,
    };

    internal static ExecutionResult Failed(FaultCause cause) => new()
    {
        Termination = Termination.Infrastructure,
        Started = false,
        ExitCode = -1,
        Fault = new Fault(cause, "secret detail of the inside"),
    };

    internal static Task<TestGateway> StartAsync(Run? run = null, params (string Key, string Value)[] settings) =>
        StartAsync(new TestCells { Run = run ?? Echo }, TimeProvider.System, null, settings);

    internal static async Task<TestGateway> StartAsync(TestCells cells, TimeProvider time, string? directory = null, params (string Key, string Value)[] settings)
    {
        directory ??= System.IO.Directory.CreateTempSubdirectory("mayfly-http-").FullName;
        var values = settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value);
        values.TryAdd("Listen", "127.0.0.1:0");
        values["Data"] = directory;
        values.TryAdd("Images", Path.Combine(directory, "images"));
        var options = GatewayOptions.From(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        var log = new LogCollector();
        var meter = new Meter($"Mayfly {Interlocked.Increment(ref s_meters)}");
        var gateway = await Gateway.StartAsync(options, cells.Side, meter, LoggerFactory.Create(all => all.SetMinimumLevel(LogLevel.Trace).AddProvider(log)), time);
        var (secret, key) = await gateway.Keys.CreateAsync(new KeyTerms("test"));
        return new TestGateway(gateway, meter, directory, key, secret) { Log = log };
    }

    /// <summary>The first column of what a statement gives, past everything of ours.</summary>
    internal async Task<string[]> QueryAsync(string sql)
    {
        await using var connection = await _gateway.Database.Engine.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetValue(0).ToString() ?? "");
        return [.. rows];
    }

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "It did not come to that within 60 s.");
            await Task.Delay(10);
        }
    }

    /// <summary>Ends the host and leaves its files.</summary>
    internal async Task StopAsync()
    {
        Http.Dispose();
        await _gateway.DisposeAsync();
        _meter.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (System.IO.Directory.Exists(Directory)) System.IO.Directory.Delete(Directory, recursive: true);
    }

    internal static string Body(string code = "print(1)", string language = "python") => JsonSerializer.Serialize(new { code, language });

    /// <summary>POST execute with the key; <paramref name="change"/> bends it.</summary>
    internal Task<Answer> ExecuteAsync(string? body = null, Action<HttpRequestMessage>? change = null) => ExecuteAsync(Encoding.UTF8.GetBytes(body ?? Body()), change);

    internal async Task<Answer> ExecuteAsync(byte[] body, Action<HttpRequestMessage>? change = null, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ExecutePath) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        change?.Invoke(request);
        return await SendAsync(request, cancellation);
    }

    internal async Task<Answer> GetAsync(string path, string? secret = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (secret is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return await SendAsync(request);
    }

    internal async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellation = default)
    {
        using var response = await Http.SendAsync(request, cancellation);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    /// <summary>A connection for what no client would send.</summary>
    internal async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_gateway.Address.Host, _gateway.Address.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Sends bytes as they are and returns all that comes back until the server closes.</summary>
    internal async Task<string> RawAsync(string request)
    {
        await using var connection = await ConnectAsync();
        await SendAsync(connection, request);
        return await ReadToEndAsync(connection);
    }

    /// <summary>Sends bytes as they are.</summary>
    internal static async Task SendAsync(NetworkStream connection, string text) => await connection.WriteAsync(Encoding.Latin1.GetBytes(text));

    internal static async Task<string> ReadToEndAsync(NetworkStream connection)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var all = new MemoryStream();
        try
        {
            await connection.CopyToAsync(all, patience.Token);
        }
        catch (IOException)
        {
            // Reset: what came before is what there is.
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }
}

/// <summary>What stands in for the cells.</summary>
internal sealed class TestCells
{
    public TestGateway.Run Run { get; set; } = TestGateway.Echo;

    /// <summary>What everybody is refused with; null: nobody is.</summary>
    public Fault? Full { get; set; }

    public bool Ready { get; set; } = true;

    public FleetDescription Fleet { get; set; } = new("container", CellReuse.Shared, "", 1, 8, 0, null, null);

    public bool Draining { get; private set; }

    public int Executions => _executions;

    private int _executions;

    public CellSide Side => new()
    {
        ExecuteAsync = (execution, _, hangUp) =>
        {
            Interlocked.Increment(ref _executions);
            return Draining ? Task.FromResult(TestGateway.Failed(FaultCause.Draining)) : Run(execution, hangUp);
        },
        RefusalFor = _ => Full,
        IsReady = () => Ready && !Draining,
        Fleet = () => Fleet,
        DrainAsync = async limit =>
        {
            Draining = true;
            await Drained(limit);
        },
    };

    public Func<TimeSpan, Task> Drained { get; set; } = _ => Task.CompletedTask;
}

/// <summary>An answer as it came.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;

    /// <summary>Asserts a problem of that status and code, in the contract's shape.</summary>
    public Answer MustBe(int status, string code)
    {
        Assert.True(Status == status && Code == code, $"expected {status} {code}, got {Status} {Text}");
        Assert.Equal("application/problem+json", Header("Content-Type"));
        foreach (var name in (string[])["type", "title", "status", "detail", "instance", "code", "requestId", "error"]) Assert.True(Json.TryGetProperty(name, out _), name);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.Equal(Json.GetProperty("detail").GetString(), Json.GetProperty("error").GetString());
        Assert.Equal(Header("X-Request-Id"), Json.GetProperty("requestId").GetString());
        return this;
    }

    public Answer MustBeResult()
    {
        Assert.True(Status == 200, Text);
        Assert.Equal("application/json", Header("Content-Type"));
        return this;
    }
}

/// <summary>Remembers every log line.</summary>
internal sealed class LogCollector : ILoggerProvider, ILogger
{
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}

/// <summary>One plain gateway for the tests that only ask it something.</summary>
public sealed class PlainGateway : IAsyncLifetime
{
    public TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await TestGateway.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
