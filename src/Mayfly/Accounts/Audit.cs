using System.Data.Common;
using Dapper;
using Mayfly.Store;

namespace Mayfly.Accounts;

/// <summary>Acts of administration, each written in the transaction of what it did.</summary>
internal sealed class Audit(Database database)
{
    /// <summary>Who acts at the machine itself.</summary>
    public const string CommandLine = "command line";

    /// <summary>Who acts over HTTP.</summary>
    public static string Of(ApiKey key) => $"key {key.Id}";

    public static Task AddAsync(DbConnection connection, DbTransaction transaction, long at, string actor, string act, string subject, string detail = "") =>
        connection.ExecuteAsync(
            "INSERT INTO audit (at, actor, act, subject, detail) VALUES (@at, @actor, @act, @subject, @detail)",
            new { at, actor, act, subject, detail },
            transaction);

    /// <summary>Acts after the one of that number, oldest first.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<IReadOnlyList<AuditedAct>> ListAsync(long after, int limit) => database.ReadAsync<IReadOnlyList<AuditedAct>>(async connection =>
        (await connection.QueryAsync<AuditedAct>("SELECT id, at, actor, act, subject, detail FROM audit WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit })).AsList());
}

/// <summary>Who did what to whom, and when.</summary>
internal sealed class AuditedAct
{
    public long Id { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }

    public string Actor { get; init; } = "";

    public string Act { get; init; } = "";

    public string Subject { get; init; } = "";

    public string Detail { get; init; } = "";
}
