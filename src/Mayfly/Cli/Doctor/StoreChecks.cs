using Mayfly.Store;
using StackExchange.Redis;

namespace Mayfly.Cli.Doctor;

/// <summary>The database and Valkey, where they are configured: what a gateway would find.</summary>
internal static class StoreChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(IConfiguration settings) => [await DatabaseAsync(settings["Database"] ?? "", Installation.From(settings)), await ValkeyAsync(settings["Valkey:Connection"] ?? "")];

    private static async Task<Finding> DatabaseAsync(string connectionString, Installation installation)
    {
        const string Name = "database";
        if (connectionString.Length == 0)
        {
            var file = Path.Combine(installation.GatewayData, "mayfly.db");
            return File.Exists(file) ? Finding.Pass(Name, $"SQLite, {file}, {new FileInfo(file).Length >> 10} KiB") : Finding.Pass(Name, $"SQLite; {file} is made at the first start");
        }

        try
        {
            // Looked at only: migrating is the service's.
            var engine = new PostgresEngine(connectionString);
            await using var connection = await engine.ConnectAsync();
            return Finding.Pass(Name, $"{engine.Name}, version {connection.ServerVersion}");
        }
        catch (Exception wrong) when (wrong is DatabaseException or System.Data.Common.DbException)
        {
            return Finding.Fail(Name, wrong.Message, "start PostgreSQL, or correct the setting Database");
        }
    }

    private static async Task<Finding> ValkeyAsync(string connection)
    {
        const string Name = "valkey";
        if (connection.Length == 0) return Finding.Skipped(Name, "not configured: each gateway counts keys' rates and concurrency alone (setting Valkey:Connection)");
        try
        {
            await using var valkey = await ConnectionMultiplexer.ConnectAsync(connection);
            var took = await valkey.GetDatabase().PingAsync();
            return Finding.Pass(Name, $"answers in {took.TotalMilliseconds:0.0} ms");
        }
        catch (RedisException)
        {
            return Finding.Caution(Name, "it does not answer: each gateway counts keys' rates and concurrency alone", "start Valkey, or correct the setting Valkey:Connection");
        }
    }
}
