using System.Data.Common;

namespace Mayfly.Store;

/// <summary>What SQLite and PostgreSQL do each in its own way. All SQL outside of the engines is what both agree on.</summary>
internal interface IEngine
{
    /// <summary>Which database it is, for messages: never a password.</summary>
    string Name { get; }

    /// <summary>Begins a statement that adds up what belongs to a key: nobody else may do so before the transaction ends. Wants <c>@keyId</c>.</summary>
    string LockKey { get; }

    /// <summary>The database's own clock, in Unix milliseconds, as an expression: several gateways have several clocks.</summary>
    string Now { get; }

    /// <summary>Whether a commit that failed may have happened all the same: the word about it can be lost on the way.</summary>
    bool CommitMayBeLost { get; }

    /// <summary>Whether other gateways may use the same database.</summary>
    bool IsShared { get; }

    /// <summary>An open connection; a pool keeps the underlying ones.</summary>
    ValueTask<DbConnection> ConnectAsync();

    /// <summary>Whether an error says that the database is away (locked, full, unreachable) and not that we asked nonsense.</summary>
    bool IsAway(DbException error);

    /// <summary>Whether another transaction was in the way, so that the same one may succeed when tried again.</summary>
    bool IsConflict(DbException error);

    /// <summary>Applies the migrations that are missing, while others who start at the same time wait.</summary>
    /// <exception cref="DatabaseException">It cannot be opened or migrated.</exception>
    void Migrate();
}
