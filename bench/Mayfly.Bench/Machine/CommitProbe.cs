using System.Diagnostics;
using Mayfly.Bench.Arithmetic;
using Microsoft.Data.Sqlite;

namespace Mayfly.Bench.Machine;

/// <summary>What a charge costs at least: one row, committed, in the mode that the ledger uses by default (a write-ahead log).</summary>
internal static class CommitProbe
{
    private const int Commits = 200;

    public static double MedianMs(string directory)
    {
        var path = Path.Combine(directory, "probe.db");
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE charge (id INTEGER PRIMARY KEY, key INTEGER, cost INTEGER);");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO charge (key, cost) VALUES (1, 2000)";
        insert.Prepare();
        var times = new List<double>(Commits);
        for (var number = 0; number < Commits; number++)
        {
            var begin = Stopwatch.GetTimestamp();
            insert.ExecuteNonQuery();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        return Statistics.Median(times);
    }

    private static void Execute(SqliteConnection connection, string statements)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }
}
