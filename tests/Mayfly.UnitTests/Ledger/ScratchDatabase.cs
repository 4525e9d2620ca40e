using Mayfly.Ledger;
using Microsoft.Data.Sqlite;

namespace Mayfly.UnitTests.Ledger;

/// <summary>A real database in a directory of its own.</summary>
internal sealed class ScratchDatabase : IDisposable
{
    public ScratchDatabase()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("mayfly-db-").FullName;
        Database = Database.Open(Directory);
    }

    public string Directory { get; }

    public Database Database { get; }

    /// <summary>A connection past everything of ours.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database.Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public long Scalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
