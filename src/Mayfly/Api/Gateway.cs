using System.Diagnostics.Metrics;
using Mayfly.Accounts;
using Mayfly.Admission;
using Mayfly.Api.Mcp;
using Mayfly.Api.Reference;
using Mayfly.Ledger;
using Mayfly.Store;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mayfly.Api;

/// <summary>The HTTP side, put together and listening. Who starts cells and when it ends is GatewayHost's.</summary>
/// <remarks>
/// HTTP/1.1 only. Every answer waits for a program, so HTTP/2's many requests on one connection would save little, and
/// it brings attacks of its own (rapid reset). A proxy in front may speak it.
/// </remarks>
internal sealed class Gateway : IAsyncDisposable
{
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(10);

    private const int RoundsBetweenTrims = 60;

    // For answers that are being written when everything else is done.
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly GatewayOptions _options;
    private readonly CellSide _cells;
    private readonly SharedLimits? _shared;
    private readonly DrainState _drain = new();
    private readonly Writer _writer;
    private readonly Authenticator _authenticator;
    private readonly UsageEndpoint _usage;
    private readonly AdmissionControl _admission;
    private readonly ConnectionCap _connections;
    private readonly Metrics _metrics;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _housekeeping = Task.CompletedTask;

    private Gateway(GatewayOptions options, Database database, SharedLimits? shared, CellSide cells, Meter meter, ILoggerFactory logs, TimeProvider time)
    {
        (_options, _cells, _shared, Database) = (options, cells, shared, database);
        _log = logs.CreateLogger<Gateway>();
        _writer = new Writer(database, time);
        Keys = new KeyStore(database, time);
        Accounts = new AccountStore(database, time);
        Prices = new PriceList(database, options.Price, time);
        Registry = new GatewayRegistry(database, _writer, Place(options), time);
        Ledger = new ChargeLedger(database, _writer, Prices, Registry.Id, time);
        Idempotency = new IdempotencyStore(_writer, options.Idempotency, LongestExecution(options), Registry.Id, time);
        Usage = new UsageReport(database);
        Retention = new Retention(database, time);

        Memory = new HeldMemory(options.Http.HeldBytes);
        var metrics = _metrics = new Metrics(meter);
        _connections = new ConnectionCap(options.Http.Connections);
        _authenticator = new Authenticator(Keys, time);
        var door = new Authentication(_authenticator, new FailedAttempts(options.Admission, time));
        _admission = new AdmissionControl(options.Admission, Ledger, Memory, shared, time);
        metrics.Observe(() => _admission.InFlight, () => _connections.Open, () => Memory.Held, () => _writer.IsAvailable, () => _writer.Commits, shared is null ? null : () => shared.IsAvailable);

        Health = new HealthEndpoints(cells, database, _writer, _drain);
        _app = Build(options, _connections, metrics, logs);
        _app.Use(_connections.OnRequestAsync);
        _app.UseMiddleware<Outermost>(_drain);
        _app.UseRouting();
        if (options.Otlp.Address is not null) _app.Use(Telemetry.TraceAsync);
        McpEndpoint.UseKeys(_app, door, options.Limits.BodyBytes);
        _usage = new UsageEndpoint(door, Usage, Accounts);
        var execute = new ExecuteEndpoint(options.Limits, door, Idempotency, _admission, cells, Ledger, Memory, metrics, new OverloadLog(_log, time), logs.CreateLogger<ExecuteEndpoint>());
        var runtimes = new RuntimesEndpoint(cells, options.Images);
        var tool = new RunCodeDescription(options, runtimes);
        Routes.Map(_app, options, execute, _usage, runtimes, tool, new AdminEndpoints(door, Accounts, Keys, Prices, new Audit(database)), Prices, Health);
        McpEndpoint.Map(_app, new RunCodeTool(execute, tool));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = new("http://0.0.0.0");

    public Database Database { get; }

    public KeyStore Keys { get; }

    public AccountStore Accounts { get; }

    public PriceList Prices { get; }

    public GatewayRegistry Registry { get; }

    public ChargeLedger Ledger { get; }

    public UsageReport Usage { get; }

    public Retention Retention { get; }

    public IdempotencyStore Idempotency { get; }

    public HealthEndpoints Health { get; }

    /// <summary>Executions admitted and not yet answered.</summary>
    public int Admitted => _admission.InFlight;

    /// <inheritdoc cref="Writer.Commits"/>
    public long Commits => _writer.Commits;

    /// <summary>Open connections.</summary>
    public int Connections => _connections.Open;

    /// <summary>What clients make the service hold: bodies being read, answers being written.</summary>
    public HeldMemory Memory { get; }

    /// <summary>Opens the database and listens.</summary>
    /// <exception cref="DatabaseException">The database cannot be opened.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<Gateway> StartAsync(GatewayOptions options, CellSide cells, Meter meter, ILoggerFactory logs, TimeProvider time)
    {
        var database = Database.Open(options.Database, options.OwnData);
        var shared = await SharedLimits.ConnectAsync(options.Valkey, LongestExecution(options), logs.CreateLogger<SharedLimits>(), time);
        var gateway = new Gateway(options, database, shared, cells, meter, logs, time);
        await gateway.TakeOverAsync();
        await gateway._app.StartAsync();
        gateway._metrics.Begin();
        gateway.Address = new Uri(gateway._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        gateway._housekeeping = gateway.KeepHouseAsync();
        Log.Listening(gateway._log, gateway.Address.ToString());
        return gateway;
    }

    /// <summary>Ends in order: not ready, no new executions, running ones finish and are answered, then the listener closes.</summary>
    public async Task DrainAsync()
    {
        _drain.Begin();
        Log.Draining(_log, _admission.InFlight, _options.DrainSeconds);
        await _cells.DrainAsync(TimeSpan.FromSeconds(_options.DrainSeconds));
        using var patience = new CancellationTokenSource(LastAnswers);
        await _app.StopAsync(patience.Token);
        Log.Stopped(_log);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _housekeeping;
        await _app.DisposeAsync();
        await LeaveAsync();
        await _writer.DisposeAsync();
        if (_shared is not null) await _shared.DisposeAsync();
        _usage.Dispose();
        _stop.Dispose();
    }

    private async Task LeaveAsync()
    {
        try
        {
            await Registry.LeaveAsync();
        }
        catch (DatabaseException away)
        {
            // Others notice within a minute.
            Log.NotKept(_log, away.Message);
        }
    }

    private static WebApplication Build(GatewayOptions options, ConnectionCap connections, Metrics metrics, ILoggerFactory logs)
    {
        // Empty: no settings file of the working directory, no environment variable of ASP.NET's changes what is built here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "mayfly" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options, connections));

        // A request goes on where its bytes were read, and its answer is sent by whoever wrote it: two hand-overs less. What is unsafe about it
        // elsewhere, a handler that keeps the thread that reads for all, is not so here: events of sockets are worked off in the thread pool.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(metrics);
        builder.Services.AddRoutingCore();
        Telemetry.AddTo(builder.Services, options.Otlp, metrics.Meter);
        ReferencePages.AddTo(builder.Services);
        McpEndpoint.AddTo(builder.Services);
        return builder.Build();
    }

    private static void Limit(KestrelServerOptions kestrel, GatewayOptions options, ConnectionCap connections)
    {
        var http = options.Http;
        var grace = TimeSpan.FromSeconds(5);
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;

        // The exact bound is RequestBody's. Kestrel counts the framing of chunks too, which may be six times the body.
        kestrel.Limits.MaxRequestBodySize = (7L * options.Limits.BodyBytes) + 65_536;
        kestrel.Limits.MaxRequestLineSize = 4 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(http.IdleSeconds);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(http.HeaderSeconds);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(http.BodyBytesPerSecond, grace);
        kestrel.Limits.MinResponseDataRate = new MinDataRate(http.ResponseBytesPerSecond, grace);
        kestrel.Listen(options.Endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => connections.OnConnectionAsync(connection, next));
        });
    }

    // Queue, both tries, and the cell's word about its end.
    private static TimeSpan LongestExecution(GatewayOptions options) =>
        (2 * (options.Dispatch.Limits.Time + options.Dispatch.Queue.Wait)) + TimeSpan.FromSeconds(30);

    // The next gateway at this place is this one's successor, whatever its process id and address.
    private static string Place(GatewayOptions options) => $"{Environment.MachineName}:{options.OwnData}";

    private async Task TakeOverAsync()
    {
        if (await Registry.JoinAsync() is var voided and > 0) Log.Voided(_log, voided);
        await Prices.RefreshAsync();
        if (_options.BootstrapKey.Length > 0 && !await Keys.BootstrapAsync(_options.BootstrapKey)) Log.NoBootstrap(_log);
    }

    private async Task KeepHouseAsync()
    {
        var rounds = 0L;
        using var timer = new PeriodicTimer(HousekeepingPeriod);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await KeepHouseAsync(++rounds);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>One round of what is done in the background. What fails for want of the database is done in the next.</summary>
    internal async Task KeepHouseAsync(long round)
    {
        try
        {
            if (await Registry.BeatAsync() is var voided and > 0) Log.Voided(_log, voided);
            await Ledger.SettleAsync();
            await Prices.RefreshAsync();
            if (_authenticator.TakeUses() is { Count: > 0 } uses) await Keys.NoteUsesAsync(uses);

            // Expired answers can wait for minutes; an account that fills the disk cannot.
            if (round % RoundsBetweenTrims == 0 || Idempotency.NeedsTrim) await Idempotency.TrimAsync();
            if (round % RoundsBetweenTrims == 0) await Retention.KeepAsync(_options.Retention);
        }
        catch (DatabaseException away)
        {
            Log.NotKept(_log, away.Message);
        }
    }

    /// <summary>Signals are GatewayHost's: the framework's own handler would swallow the second one.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
