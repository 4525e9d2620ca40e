using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mayfly.Cells.Premises;

namespace Mayfly.HostTests.Services;

/// <summary>The whole service as <c>mayfly serve</c> starts it, on a directory and port of its own.</summary>
internal sealed class RunningService : IDisposable
{
    /// <summary>What does not come within it does not come by itself; how long a thing takes on a machine that is busy with others is no claim.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    /// <summary>The same for micro-VMs, which may be emulated.</summary>
    public static readonly TimeSpan HangOfGuest = TimeSpan.FromMinutes(12);

    private readonly HttpClient _http;
    private readonly string _app;
    private readonly string[] _options;
    private readonly StringBuilder _log = new();
    private Process _process;

    private RunningService(string app, string images, string data, int port, string[] options)
    {
        Data = data;
        Port = port;
        _app = app;
        _options = ["--images", images, .. options];
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = HasGuests ? HangOfGuest : TimeSpan.FromSeconds(40) };
        _process = Launch();
    }

    /// <summary>What does not come within it from this service does not come by itself.</summary>
    public TimeSpan Patience => HasGuests ? HangOfGuest : Hang;

    public string Data { get; }

    public int Port { get; }

    /// <summary>The process that <c>mayfly serve</c> became.</summary>
    public int Top => _process.Id;

    public string Instance => InstanceLock.InstanceOf(Data);

    /// <summary>The process that faces the network.</summary>
    public int Gateway => Processes().Single(process =>
        ReadIfThere($"/proc/{process}/cmdline").Contains("\0gateway", StringComparison.Ordinal)
        && ReadIfThere($"/proc/{process}/status").Contains("NoNewPrivs:\t1", StringComparison.Ordinal)
        && !ReadIfThere($"/proc/{process}/cmdline").Contains("mayfly-cells", StringComparison.Ordinal));

    /// <summary>What it wrote to standard error so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    // Processes of cells come and go while they are looked at.
    private static string ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Started and ready, with a key; the test is skipped where it cannot be.</summary>
    public static Task<RunningService> StartAsync(params string[] options)
    {
        Require();
        return StartInAsync(Directory.CreateTempSubdirectory("mayfly-service-").FullName, options);
    }

    /// <summary>Skips unless a service can be started here.</summary>
    public static void Require()
    {
        Host.RequireCells();
        Assert.SkipUnless(Host.Image is not null, "no image: ./mayfly image build, and name its directory in MAYFLY_TEST_IMAGE");
    }

    /// <summary>The same in a data directory of the caller's, which is deleted at the end.</summary>
    public static Task<RunningService> StartInAsync(string data, params string[] options) => StartOfAsync(Host.App, Path.GetDirectoryName(Host.Image)!, data, options);

    /// <summary>The same of another program or image, which may be broken on purpose.</summary>
    /// <param name="app">The program's directory.</param>
    /// <param name="images">The images'.</param>
    /// <param name="data">Deleted at the end.</param>
    /// <param name="options">More of <c>mayfly serve</c>.</param>
    public static async Task<RunningService> StartOfAsync(string app, string images, string data, params string[] options)
    {
        var service = new RunningService(app, images, data, FreePort(), options);
        await service.UntilReadyAsync();
        service.UseKey();
        return service;
    }

    /// <summary>What is asked for from now on is asked for with a key.</summary>
    public void UseKey() => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", CreateKey());

    /// <summary>Another program than the built one, started and not waited for: it may be one that does not become ready.</summary>
    public static RunningService Launch(string app, params string[] options)
    {
        Require();
        return new RunningService(app, Path.GetDirectoryName(Host.Image)!, Directory.CreateTempSubdirectory("mayfly-service-").FullName, FreePort(), options);
    }

    /// <summary>The page that says whether it takes work, and why not; null while nobody listens.</summary>
    public async Task<string?> ReadinessAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
            return await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A page of the interface, as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative))).RootElement;

    /// <summary>One more key.</summary>
    public string CreateKey() =>
        JsonDocument.Parse(Command("keys", "create", "--name", "test", "--json", "--data", Data)).RootElement.GetProperty("key").GetString()!;

    /// <param name="code">The program.</param>
    /// <param name="language">Its language.</param>
    /// <param name="key">Whose it is; null: the first key's.</param>
    public async Task<JsonElement> ExecuteAsync(string code, string language = "python", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/code-sandbox/execute", UriKind.Relative)) { Content = JsonContent.Create(new { code, language }) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>The same, whatever the answer is.</summary>
    /// <exception cref="HttpRequestException">There was none.</exception>
    public async Task<(int Status, JsonElement Body)> AskAsync(string code, string language = "python")
    {
        using var answer = await _http.PostAsJsonAsync(new Uri("/v1/code-sandbox/execute", UriKind.Relative), new { code, language });
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>Whether it says that it takes work.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // nobody listens
        }
    }

    /// <summary>What Prometheus reads.</summary>
    public Task<string> MetricsAsync() => _http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    /// <summary>Cells that passed their self-test and take work.</summary>
    public async Task<int> CellsUpAsync()
    {
        try
        {
            return int.Parse(Regex.Match(await MetricsAsync(), @"^mayfly_cells_up\S* (\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return 0; // nobody listens
        }
    }

    public async Task<JsonElement> UsageAsync() => JsonDocument.Parse(await _http.GetStringAsync(new Uri("/v1/usage", UriKind.Relative))).RootElement;

    /// <summary>Ends the top process, with no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the top process to end, and waits for that.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM", Top);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Again on the same directory and port.</summary>
    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = Launch();
        await UntilReadyAsync();
    }

    /// <summary>Ids of processes whose executable, arguments or user tell that they are this instance's.</summary>
    public List<int> Processes() => [.. Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName)
        .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Where(name => IsOurs(name!))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))];

    /// <summary>Directories of this instance in every cgroup tree.</summary>
    public List<string> Cgroups() => [.. Directory.EnumerateDirectories("/sys/fs/cgroup", $"*{Instance}*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true })];

    /// <summary>Mounts that the machine sees and that are this instance's.</summary>
    public List<string> Mounts() => [.. File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(Data, StringComparison.Ordinal) || line.Contains("/run/mayfly", StringComparison.Ordinal))];

    public static async Task EventuallyAsync(Func<bool> condition, string what, TimeSpan? hang = null)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < (hang ?? Hang), what);
            await Task.Delay(50);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", Top.ToString(CultureInfo.InvariantCulture)]);
            _process.WaitForExit();
        }

        _process.Dispose();
        _http.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private bool HasGuests => _options.Contains("microvm");

    private bool IsOurs(string process)
    {
        try
        {
            // Of a cell: its cgroup; of the rest: the data directory in the arguments.
            return File.ReadAllText($"/proc/{process}/cgroup").Contains(Instance, StringComparison.Ordinal)
                || File.ReadAllText($"/proc/{process}/cmdline").Contains(Data, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private Process Launch()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [$"{_app}/mayfly.dll", "serve", "--listen", $"127.0.0.1:{Port}", "--data", Data, .. _options])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, line) =>
        {
            // Passed on, too: when a test fails, this is the service's side of it.
            Console.Error.WriteLine(line.Data);
            lock (_log) _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private async Task UntilReadyAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            Assert.False(_process.HasExited, "mayfly serve ended before it was ready");
            Assert.True(Stopwatch.GetElapsedTime(begin) < Patience, "mayfly serve was not ready in time");
            try
            {
                using var answer = await _http.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }
    }

    /// <summary>What a command printed, which has to end well.</summary>
    public static string Command(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [$"{Host.App}/mayfly.dll", .. arguments]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>A port of the loopback that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
