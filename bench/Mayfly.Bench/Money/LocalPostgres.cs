using System.Diagnostics;
using System.Globalization;
using Mayfly.Bench.Running;

namespace Mayfly.Bench.Money;

/// <summary>A PostgreSQL of this run's own on a Unix socket, as durable as the distribution configures it.</summary>
internal sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly Process _server;

    private LocalPostgres(string directory, Process server)
    {
        _directory = directory;
        _server = server;
    }

    /// <summary>The setting with which gateways find it.</summary>
    public string ConnectionString => $"Host={_directory};Username=postgres;Database=postgres";

    // Debian keeps them out of the PATH, a directory for each major version.
    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Order(StringComparer.Ordinal).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    /// <summary>Null: it is not installed.</summary>
    /// <exception cref="ServiceException">It does not start.</exception>
    public static async Task<LocalPostgres?> StartAsync(CancellationToken stop)
    {
        if (Programs is not { } programs)
        {
            return null;
        }

        // The gateway's user must get to the socket, and PostgreSQL does not run as root.
        var directory = Directory.CreateTempSubdirectory("mayfly-bench-postgres-").FullName;
        await RunAsync("chown", ["nobody", directory], stop);
        await RunAsync("chmod", ["755", directory], stop);
        await RunAsync("setpriv", [.. Unprivileged, $"{programs}/initdb", "-D", $"{directory}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"], stop);
        var server = Process.Start(new ProcessStartInfo("setpriv", [.. Unprivileged, $"{programs}/postgres", "-D", $"{directory}/data", "-k", directory, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0777"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        server.OutputDataReceived += static (_, _) => { };
        server.ErrorDataReceived += static (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        var postgres = new LocalPostgres(directory, server);
        var begin = Stopwatch.GetTimestamp();
        while (!await SucceedsAsync($"{programs}/pg_isready", ["-q", "-h", directory], stop))
        {
            if (server.HasExited || Stopwatch.GetElapsedTime(begin) > ReadyWithin)
            {
                await postgres.DisposeAsync();
                throw new ServiceException("PostgreSQL did not start.");
            }

            await Task.Delay(50, stop);
        }

        return postgres;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_server.HasExited)
        {
            // SIGINT: at once, whoever is connected.
            await RunAsync("kill", ["-INT", _server.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
            await _server.WaitForExitAsync();
        }

        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static string[] Unprivileged => ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=INT", "--"];

    private static async Task RunAsync(string program, string[] arguments, CancellationToken stop)
    {
        if (!await SucceedsAsync(program, arguments, stop))
        {
            throw new ServiceException($"{program} {string.Join(' ', arguments)} failed");
        }
    }

    private static async Task<bool> SucceedsAsync(string program, string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await Task.WhenAll(output, errors);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0;
    }
}
