using System.Data.Common;
using System.Reflection;
using Dapper;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Mayfly.Ledger;

/// <summary>The database: where it is, how it is opened, how one tells that it is away.</summary>
/// <remarks>
/// The seam for a second engine: what only SQLite does is in this file and in <see cref="Writer"/> (opening, migrating,
/// telling "away" from "wrong", one writer at a time). All other SQL is what SQLite and PostgreSQL agree on: 64-bit
/// integers for ids, instants (Unix milliseconds) and money, ON CONFLICT, RETURNING.
/// </remarks>
internal sealed class Database
{
    // A writer outside this process (mayfly keys create) holds the lock for about a millisecond.
    private const int BusySeconds = 1;

    private static readonly TimeSpan MigrationPatience = TimeSpan.FromSeconds(30);

    private readonly string _connectionString;

    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private Database(string path)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = BusySeconds,
            ForeignKeys = true,
        }.ToString();
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The database in a directory that the gateway's user owns, with every migration applied.</summary>
    /// <exception cref="DatabaseException">It cannot be opened or migrated.</exception>
    public static Database Open(string directory)
    {
        var database = new Database(System.IO.Path.Combine(directory, "mayfly.db"));
        try
        {
            Directory.CreateDirectory(directory);
            using var alone = database.LockMigrations();
            database.Migrate();
        }
        catch (Exception wrong) when (wrong is DbException or IOException or UnauthorizedAccessException)
        {
            throw new DatabaseException($"cannot open {database.Path}: {wrong.Message}. Its directory must be writable for the gateway's user and on a local file system.", wrong);
        }

        return database;
    }

    /// <summary>An open connection; the pool keeps the underlying ones.</summary>
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

    /// <summary>Runs a read.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read)
    {
        try
        {
            await using var connection = await ConnectAsync();
            return await read(connection);
        }
        catch (DbException error) when (IsAway(error))
        {
            throw new DatabaseException($"cannot read {Path}: {error.Message}", error);
        }
    }

    /// <summary>Reads one row of something.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> AnswersAsync() => ReadAsync(connection => connection.ExecuteScalarAsync<bool>("SELECT COUNT(*) > 0 FROM accounts"));

    /// <summary>Whether an error says that the database is away (locked, full, unreadable) and not that we asked nonsense.</summary>
    public static bool IsAway(DbException error) => error is SqliteException
    {
        SqliteErrorCode: 5 /* BUSY */ or 6 /* LOCKED */ or 7 /* NOMEM */ or 8 /* READONLY */ or 10 /* IOERR */ or 11 /* CORRUPT */
            or 13 /* FULL */ or 14 /* CANTOPEN */ or 15 /* PROTOCOL */ or 26 /* NOTADB */
    };

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

    private void Migrate()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();

            // Kept in the file: later connections find it set.
            connection.Execute("PRAGMA journal_mode = WAL");
        }

        var result = DeployChanges.To.SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), name => name.Contains(".Ledger.Migrations.", StringComparison.Ordinal))
            .WithVariable("id", "INTEGER PRIMARY KEY AUTOINCREMENT")
            .WithVariable("bytes", "BLOB")
            .WithTransaction()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new DatabaseException($"cannot migrate {Path}: {result.ErrorScript?.Name ?? "before the first script"}: {result.Error.Message}", result.Error);
        }
    }
}

/// <summary>The database is away: what was asked for did not happen.</summary>
internal sealed class DatabaseException(string message, Exception? inner = null) : Exception(message, inner);
