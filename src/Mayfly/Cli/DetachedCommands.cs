using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Mayfly.Cli;

/// <summary><c>mayfly start</c> and <c>mayfly stop</c>: the service in the background, its log in the data directory.</summary>
internal static class DetachedCommands
{
    private static readonly TimeSpan s_usualStartPatience = TimeSpan.FromSeconds(180);

    // On top of the drain limit: what mayfly-cells gives the gateway (--grace-seconds) and the dying (src/Mayfly.Cells/Sweeping/Sweeper.cs).
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(60 + 40);

    public static Command CreateStart()
    {
        var command = new Command("start", "Starts the service in the background and waits until it is ready; prints the first key once.");
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            Settings.Check(settings);
            await InstalledImage.RequireAsync(settings, stop);
            var installation = Installation.From(settings);
            var log = Path.Combine(installation.Data, "mayfly.log");
            Directory.CreateDirectory(installation.Data);
            await StartAsync(settings, log, stop);

            var address = new Uri($"http://{settings["Listen"] ?? "127.0.0.1:8080"}");
            var secret = await Welcome.CreateFirstAsync(StoreCommand.Keys(StoreCommand.Open(settings)));
            Console.WriteLine($"Mayfly is ready at {address.GetLeftPart(UriPartial.Authority)}; its log: {log}; end it: ./mayfly down");
            if (secret is not null)
            {
                Welcome.Print(secret, address);
            }

            return 0;
        });
        return command;
    }

    public static Command CreateStop()
    {
        var command = new Command("stop", "Drains the service that runs on the data directory, and waits for its end.");
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            var data = Installation.From(settings).Data;
            if (Holder(data) is not { } process)
            {
                Console.WriteLine($"no service runs on {data}");
                return 0;
            }

            SystemCalls.Terminate(process);
            var patience = TimeSpan.FromSeconds(Settings.Check(settings).DrainSeconds) + s_stopPatience;
            var begin = Stopwatch.GetTimestamp();
            while (Holder(data) == process)
            {
                if (Stopwatch.GetElapsedTime(begin) > patience)
                {
                    throw new CommandFailure($"process {process} did not end within {patience.TotalSeconds} s. End it at once: kill -TERM {process}, again");
                }

                await Task.Delay(50, stop);
            }

            Console.WriteLine("stopped");
            return 0;
        });
        return command;
    }

    private static async Task StartAsync(IConfiguration settings, string log, CancellationToken stop)
    {
        // A session of its own: the terminal's end and its Ctrl-C are not the service's.
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "mayfly.dll"), "serve"]);
        foreach (var (name, value) in Settings.AsEnvironment(settings))
        {
            start.Environment[name] = value;
        }

        using var service = Process.Start(start)!;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var ready = new Uri($"http://{settings["Listen"] ?? "127.0.0.1:8080"}/healthz/ready");
        var patience = Installation.From(settings).Patience(s_usualStartPatience);
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < patience)
        {
            if (service.HasExited)
            {
                throw new CommandFailure($"the service ended with exit code {service.ExitCode}; its last words:\n{string.Join('\n', File.ReadLines(log).TakeLast(5))}");
            }

            try
            {
                using var answer = await http.GetAsync(ready, stop);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !stop.IsCancellationRequested))
            {
                // Not listening yet.
            }

            await Task.Delay(50, stop);
        }

        throw new CommandFailure($"the service was not ready within {patience.TotalSeconds} s; read {log}");
    }

    /// <summary>The mayfly-cells that serves from a data directory, or null.</summary>
    internal static int? Holder(string data)
    {
        // It writes its process id into its lock; one that was killed leaves the number behind, so the name must fit too.
        return int.TryParse(SystemCalls.ReadLocked(Path.Combine(data, "lock")), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && SystemCalls.ReadLocked($"/proc/{process}/cmdline").Split('\0')[0].EndsWith("/mayfly-cells", StringComparison.Ordinal)
            ? process
            : null;
    }
}
