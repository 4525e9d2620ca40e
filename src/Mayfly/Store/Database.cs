using System.Data.Common;
using Dapper;

namespace Mayfly.Store;

/// <summary>The database, whichever engine it is: opened, read, known to be away.</summary>
/// <remarks>
/// The SQL of its users is what SQLite and PostgreSQL agree on: 64-bit integers for ids, instants (Unix milliseconds) and
/// money, ON CONFLICT, RETURNING, row values. The rest is in the engines.
/// </remarks>
internal sealed class Database
{
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private Database(IEngine engine) => Engine = engine;

    public IEngine Engine { get; }

    /// <summary>The file that SQLite keeps; null: it is another engine's.</summary>
    public string? File => (Engine as SqliteEngine)?.Path;

    /// <summary>The database with every migration applied.</summary>
    /// <param name="connectionString">PostgreSQL's; empty: SQLite.</param>
    /// <param name="directory">Where SQLite's file is: it belongs to the gateway's user.</param>
    /// <exception cref="DatabaseException">It cannot be opened or migrated.</exception>
    public static Database Open(string connectionString, string directory)
    {
        IEngine engine = connectionString.Length > 0 ? new PostgresEngine(connectionString) : new SqliteEngine(directory);
        engine.Migrate();
        return new Database(engine);
    }

    /// <summary>Runs a read.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read)
    {
        try
        {
            await using var connection = await Engine.ConnectAsync();
            return await read(connection);
        }
        catch (DbException error) when (Engine.IsAway(error))
        {
            throw new DatabaseException($"cannot read {Engine.Name}: {error.Message}", error);
        }
    }

    /// <summary>Runs a write of its own, past the <see cref="Writer"/>: for what is no request's.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<T> WriteAsync<T>(Func<DbConnection, DbTransaction, Task<T>> write)
    {
        try
        {
            await using var connection = await Engine.ConnectAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await write(connection, transaction);
            await transaction.CommitAsync();
            return result;
        }
        catch (DbException error) when (Engine.IsAway(error) || Engine.IsConflict(error))
        {
            throw new DatabaseException($"cannot write {Engine.Name}: {error.Message}", error);
        }
    }

    /// <summary>Reads one row of something.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<bool> AnswersAsync() => ReadAsync(async connection => await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM accounts") > 0);
}

/// <summary>The database is away: what was asked for did not happen.</summary>
internal sealed class DatabaseException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may have happened all the same: the connection was lost at the commit.</summary>
    public bool IsUncertain { get; init; }
}
