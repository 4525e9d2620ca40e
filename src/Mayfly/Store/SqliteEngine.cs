using System.Data.Common;
using Dapper;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Mayfly.Store;

/// <summary>SQLite: one file in the data directory, one writer at a time.</summary>
internal sealed class SqliteEngine : IEngine
{
    // A writer outside this process (mayfly keys create) holds the lock for about a millisecond.
    private const int BusySeconds = 1;

    private static readonly TimeSpan MigrationPatience = TimeSpan.FromSeconds(30);

    private readonly string _connectionString;

    public SqliteEngine(string directory)
    {
        Path = System.IO.Path.Combine(directory, "mayfly.db");
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = BusySeconds,
            ForeignKeys = true,
        }.ToString();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public string Name => Path;

    // Its one writer holds the lock of all.
    public string LockKey => "";

    public string Now => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public bool CommitMayBeLost => false;

    public bool IsShared => false;

    public async ValueTask<DbConnection> ConnectAsync()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync();

            // busy_timeout: SQLite's own waiting looks again after 1, 2, 5, 10 … ms; the driver's only every 150 ms.
            // NORMAL with WAL: nothing is lost when a process dies; when the machine does, the last commits may be.
            await connection.ExecuteAsync($"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public bool IsAway(DbException error) => error is SqliteException
    {
        SqliteErrorCode: 5 /* BUSY */ or 6 /* LOCKED */ or 7 /* NOMEM */ or 8 /* READONLY */ or 10 /* IOERR */ or 11 /* CORRUPT */
            or 13 /* FULL */ or 14 /* CANTOPEN */ or 15 /* PROTOCOL */ or 26 /* NOTADB */
    };

    public bool IsConflict(DbException error) => false;

    public void Migrate()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using var alone = LockMigrations();
            UseWriteAheadLog();
            Migrations.Apply(DeployChanges.To.SqliteDatabase(_connectionString), Name, id: "INTEGER PRIMARY KEY AUTOINCREMENT", bytes: "BLOB");
        }
        catch (Exception wrong) when (wrong is DbException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"cannot open {Path}: {wrong.Message}. Its directory must be writable for the gateway's user and on a local file system.", wrong);
        }
    }

    // Kept in the file: later connections find it set.
    private void UseWriteAheadLog()
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
    }

    // Gateway and CLI may start together; SQLite's own lock does not cover "look which scripts ran, run the others".
    private FileStream LockMigrations()
    {
        var deadline = DateTime.UtcNow + MigrationPatience;
        while (true)
        {
            try
            {
                return new FileStream(Path + ".migrating", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(20);
            }
        }
    }
}
