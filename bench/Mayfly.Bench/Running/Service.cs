using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Mayfly.Bench.Contenders;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Running;

/// <summary>A Mayfly of this run's own: a free port, an empty data directory, the defaults.</summary>
internal sealed class Service : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _said;

    private Service(Process process, StringBuilder said, string data, IPEndPoint endpoint)
    {
        _process = process;
        _said = said;
        Data = data;
        Endpoint = endpoint;
    }

    public IPEndPoint Endpoint { get; }

    public string Data { get; }

    /// <summary>The process that is the whole service's parent.</summary>
    public int Top => _process.Id;

    /// <summary>A key, and another one for the neighbours of what is measured.</summary>
    public string Key { get; private set; } = "";

    public string OtherKey { get; private set; } = "";

    /// <summary>Versions, as the service reports them.</summary>
    public string Runtimes { get; private set; } = "";

    /// <param name="program">The built program.</param>
    /// <param name="options">Of <c>mayfly serve</c>, beside address and data directory.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="hopeless">A line that it may say and after which waiting is of no use.</param>
    /// <param name="parent">Where its data directory is made; null: among temporary files.</param>
    /// <param name="readyWithin">How long it may take to be ready; null: as long as a container cell may.</param>
    /// <exception cref="ServiceException">It did not become ready; the message has what it said.</exception>
    public static async Task<Service> StartAsync(MayflyProgram program, string[] options, CancellationToken stop, string? hopeless = null, string? parent = null, TimeSpan? readyWithin = null)
    {
        var data = parent is null ? Directory.CreateTempSubdirectory("mayfly-bench-data-").FullName : MakeBelow(parent);
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        var said = new StringBuilder();
        var process = program.Start(["serve", "--listen", endpoint.ToString(), "--data", data, .. options], line =>
        {
            lock (said)
            {
                said.AppendLine(line);
            }
        });
        var service = new Service(process, said, data, endpoint);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}"), Timeout = TimeSpan.FromSeconds(10) };
            await service.UntilReadyAsync(http, hopeless, readyWithin ?? ReadyWithin, stop);
            service.Key = await CreateKeyAsync(program, data, "bench", options, stop);
            service.OtherKey = await CreateKeyAsync(program, data, "neighbour", options, stop);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", service.Key);
            service.Runtimes = await http.GetStringAsync(new Uri("/v1/code-sandbox/runtimes", UriKind.Relative), stop);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with the first key.</summary>
    public MayflyClient Client() => new(Endpoint, Key);

    /// <summary>A client of somebody else.</summary>
    public MayflyClient Neighbour() => new(Endpoint, OtherKey);

    /// <summary>Whether it has said that in a line.</summary>
    public bool HasSaid(string part) => Said(part) is not null;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            LibC.Check(LibC.Kill(_process.Id, LibC.Terminate), $"kill {_process.Id}");
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private async Task UntilReadyAsync(HttpClient http, string? hopeless, TimeSpan within, CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < within)
        {
            if (_process.HasExited)
            {
                // What it said last is still on its way.
                await _process.WaitForExitAsync(stop);
                throw new ServiceException($"the service ended with exit code {_process.ExitCode} before it was ready: {LastSaid()}");
            }

            if (hopeless is not null && Said(hopeless) is { } line)
            {
                throw new ServiceException(line[line.IndexOf(hopeless, StringComparison.Ordinal)..]);
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

            await Task.Delay(50, stop);
        }

        throw new ServiceException($"the service was not ready within {within.TotalSeconds} s; it said last: {LastSaid()}");
    }

    private string? Said(string part)
    {
        lock (_said)
        {
            return _said.ToString().Split('\n').FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal));
        }
    }

    private string LastSaid()
    {
        lock (_said)
        {
            return _said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("nothing; ./mayfly doctor tells why");
        }
    }

    private static async Task<string> CreateKeyAsync(MayflyProgram program, string data, string name, string[] options, CancellationToken stop) =>
        (string?)JsonNode.Parse(await program.OutputAsync(["keys", "create", "--name", name, "--json", "--data", data, .. options], stop))!["key"]
        ?? throw new ServiceException("mayfly keys create --json printed no key");

    private static string MakeBelow(string parent)
    {
        var data = Path.Combine(parent, $"mayfly-bench-data-{Environment.ProcessId}");
        Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return data;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>A service could not be started.</summary>
internal sealed class ServiceException(string message) : Exception(message);
