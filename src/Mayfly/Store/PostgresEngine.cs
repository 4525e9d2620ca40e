using System.Data.Common;
using Dapper;
using DbUp;
using Npgsql;

namespace Mayfly.Store;

/// <summary>PostgreSQL: shared by any number of gateways.</summary>
internal sealed class PostgresEngine : IEngine
{
    // Any number that nobody else locks in this database.
    private const long MigrationLock = 0x6D61_7966_6C79;

    private readonly NpgsqlConnectionStringBuilder _settings;

    /// <summary>The database that a connection string names.</summary>
    /// <exception cref="DatabaseException">It is no connection string of PostgreSQL's.</exception>
    public PostgresEngine(string connectionString)
    {
        try
        {
            _settings = WithDefaults(new NpgsqlConnectionStringBuilder(connectionString));
        }
        catch (ArgumentException wrong)
        {
            // The driver's words name the part that is wrong and not its value, which may be a password.
            throw new DatabaseException($"Database is no connection string: {wrong.Message} Example: Host=/run/postgresql;Database=mayfly;Username=mayfly", wrong);
        }

        Name = $"PostgreSQL at {_settings.Host}:{_settings.Port}/{_settings.Database}";
    }

    public string Name { get; }

    /// <summary>How it is reached, with the password: for nobody's eyes.</summary>
    internal string ConnectionString => _settings.ConnectionString;

    // Read committed: the next statement sees what whoever had the lock before has committed.
    public string LockKey => "SELECT id FROM api_keys WHERE id = @keyId FOR UPDATE; ";

    public string Now => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

    public bool CommitMayBeLost => true;

    public bool IsShared => true;

    public async ValueTask<DbConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // By class of SQLSTATE: connection, authorization, no such database, out of resources, shutting down, system error;
    // or by name: read-only since a switch to a replica. Without a SQLSTATE it is the driver's: unreachable, timed out.
    public bool IsAway(DbException error) => error is NpgsqlException && error.SqlState switch
    {
        null => true,
        "25006" => true,
        { Length: >= 2 } state => state[..2] is "08" or "28" or "3D" or "53" or "57" or "58",
        _ => false,
    };

    public bool IsConflict(DbException error) => error.SqlState is "40001" /* serialization */ or "40P01" /* deadlock */;

    public void Migrate()
    {
        try
        {
            // The lock is the session's: it goes with the connection, whatever becomes of this process.
            using var alone = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, CommandTimeout = 60 }.ConnectionString);
            alone.Open();
            alone.Execute("SELECT pg_advisory_lock(@MigrationLock)", new { MigrationLock });
            Migrations.Apply(DeployChanges.To.PostgresqlDatabase(ConnectionString), Name, id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", bytes: "BYTEA");
        }
        catch (DbException wrong)
        {
            throw new DatabaseException($"cannot open {Name}: {wrong.Message}. The database must exist, and its user must own it or may create tables in it.", wrong);
        }
    }

    // What the operator's string does not say. Short waits: a request is answered with 503 sooner than its client gives up.
    private static NpgsqlConnectionStringBuilder WithDefaults(NpgsqlConnectionStringBuilder told)
    {
        if (!told.ShouldSerialize("Timeout")) told.Timeout = 3;
        if (!told.ShouldSerialize("Command Timeout")) told.CommandTimeout = 5;
        if (!told.ShouldSerialize("Cancellation Timeout")) told.CancellationTimeout = 1_000;
        if (!told.ShouldSerialize("Maximum Pool Size")) told.MaxPoolSize = 20;
        if (!told.ShouldSerialize("Max Auto Prepare")) told.MaxAutoPrepare = 50;
        told.ApplicationName ??= "mayfly";
        return told;
    }
}
