using System.Data.Common;
using System.Globalization;
using Dapper;
using Mayfly.Store;
using Microsoft.Data.Sqlite;

namespace Mayfly.StoreTests.Servers;

/// <summary>A real database of its own, on either engine.</summary>
internal sealed class TestStore : IDisposable
{
    private readonly List<string> _places = [];

    /// <param name="engine">Which one.</param>
    /// <param name="server">Whose database it is; null: the shared server's.</param>
    /// <param name="migrated">Whether it is opened already.</param>
    /// <param name="impatient">Whether a server that does not answer is given up within seconds.</param>
    public TestStore(EngineName engine, PostgresServer? server = null, bool migrated = true, bool impatient = false)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("mayfly-store-").FullName;
        ConnectionString = engine == EngineName.Postgres ? (server ?? SharedServers.Postgres).CreateDatabase(migrated) : "";
        if (impatient && engine == EngineName.Postgres) ConnectionString += ";Timeout=3;Command Timeout=3;Cancellation Timeout=500";
        if (migrated) Database = Open();
    }

    /// <summary>Where SQLite's file is, and a gateway's data.</summary>
    public string Directory { get; }

    /// <summary>PostgreSQL's; empty: SQLite.</summary>
    public string ConnectionString { get; }

    public Database Database { get; } = null!;

    /// <summary>The same database once more, as another process would open it.</summary>
    public Database Open() => Database.Open(ConnectionString, Path.Combine(Directory, "gateway"));

    /// <summary>A gateway on this database.</summary>
    public Task<TestGateway> StartAsync() => StartAsync(new TestCells());

    /// <inheritdoc cref="StartAsync()"/>
    public Task<TestGateway> StartAsync(TestGateway.Run run) => StartAsync(new TestCells { Run = run });

    /// <summary>A gateway on this database; those after the first need a <paramref name="place"/> of their own.</summary>
    public Task<TestGateway> StartAsync(TestCells cells, TimeProvider? time = null, string place = "", params (string Key, string Value)[] settings)
    {
        var directory = place.Length == 0 ? Directory : System.IO.Directory.CreateDirectory($"{Directory}-{place}").FullName;
        _places.Add(directory);
        return TestGateway.StartAsync(cells, time ?? TimeProvider.System, directory, [("Database", ConnectionString), .. settings]);
    }

    /// <summary>A connection past everything of ours.</summary>
    public DbConnection Connect() => Database.Engine.ConnectAsync().AsTask().GetAwaiter().GetResult();

    public long Scalar(string sql)
    {
        using var connection = Connect();
        return Convert.ToInt64(connection.ExecuteScalar(sql), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        if (ConnectionString.Length > 0 && Database is not null)
        {
            // Found by its connection string; nothing is opened.
            using var idle = new Npgsql.NpgsqlConnection(((PostgresEngine)Database.Engine).ConnectionString);
            Npgsql.NpgsqlConnection.ClearPool(idle);
        }

        foreach (var directory in _places.Append(Directory).Distinct())
        {
            if (System.IO.Directory.Exists(directory)) System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}
