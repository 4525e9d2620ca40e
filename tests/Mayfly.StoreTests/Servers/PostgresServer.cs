using Dapper;
using Mayfly.Store;
using Npgsql;

namespace Mayfly.StoreTests.Servers;

/// <summary>A real PostgreSQL on a Unix socket of its own.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly string _directory;
    private readonly string _programs;
    private ServerProcess? _process;
    private int _databases;

    private PostgresServer(string directory, string programs) => (_directory, _programs) = (directory, programs);

    /// <summary>Why there can be none; null: there can.</summary>
    public static string? Missing => Programs is null ? "PostgreSQL is not installed: apt-get install postgresql" : null;

    // Debian keeps them out of the PATH, a directory for each major version.
    private static string? Programs =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : Path.GetDirectoryName(ServerProcess.Find("initdb"));

    public static PostgresServer Start()
    {
        var server = new PostgresServer(ServerProcess.CreateDirectory("postgres"), Programs!);
        ServerProcess.RunAsServer($"{server._programs}/initdb", "-D", $"{server._directory}/data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync");
        server.Launch();
        return server;
    }

    /// <summary>The connection string of a new database, migrated already if asked for: a copy costs less than the scripts.</summary>
    public string CreateDatabase(bool migrated = true)
    {
        lock (this)
        {
            using var admin = new NpgsqlConnection(ConnectionString("postgres"));
            admin.Open();
            if (migrated && _databases == 0)
            {
                admin.Execute("CREATE DATABASE migrated");
                _ = Database.Open(ConnectionString("migrated"), "");
                NpgsqlConnection.ClearAllPools();
                admin.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'migrated'");
            }

            var name = $"test_{++_databases}";
            admin.Execute($"CREATE DATABASE {name}" + (migrated ? " TEMPLATE migrated" : ""));
            return ConnectionString(name);
        }
    }

    /// <summary>As a machine's failure would end it.</summary>
    public void Kill()
    {
        // The postmaster's children notice and end; a new one waits for the last of them.
        _process!.Signal("QUIT");
        _process.Dispose();
        _process = null;
    }

    /// <summary>Stands still, with its connections open, until it is told to go on.</summary>
    public void Pause(bool pause) => _process!.SignalAll(pause ? "STOP" : "CONT");

    /// <summary>Starts it, on the data that it has.</summary>
    public void Launch()
    {
        // Nothing is synchronized to disk: what is tested is the death of processes, not of the machine.
        _process = ServerProcess.Start(
            $"{_programs}/postgres", "-D", $"{_directory}/data", "-k", _directory, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=400");
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            try
            {
                using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                connection.Open();
                return;
            }
            catch (NpgsqlException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(50);
            }
        }
    }

    public void Dispose()
    {
        // What stands still would outlive its parent.
        _process?.SignalAll("CONT");
        _process?.Signal("QUIT");
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // Patient: the machine may be busy with other tests.
    private string ConnectionString(string database) => $"Host={_directory};Username=postgres;Database={database};Timeout=60;Command Timeout=60";
}
