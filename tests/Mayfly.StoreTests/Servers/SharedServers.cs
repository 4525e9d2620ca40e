namespace Mayfly.StoreTests.Servers;

/// <summary>The servers that tests share, each started by the first that wants it and ended with the run.</summary>
public sealed class SharedServers : IDisposable
{
    private static readonly Lazy<PostgresServer> s_postgres = new(PostgresServer.Start);
    private static readonly Lazy<ValkeyServer> s_valkey = new(ValkeyServer.Start);

    /// <summary>The shared PostgreSQL; the test is skipped where there is none.</summary>
    internal static PostgresServer Postgres
    {
        get
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            return s_postgres.Value;
        }
    }

    /// <summary>The shared Valkey; the test is skipped where there is none.</summary>
    internal static ValkeyServer Valkey
    {
        get
        {
            Assert.SkipWhen(ValkeyServer.Missing is not null, ValkeyServer.Missing ?? "");
            return s_valkey.Value;
        }
    }

    public void Dispose()
    {
        if (s_valkey.IsValueCreated) s_valkey.Value.Dispose();
        if (s_postgres.IsValueCreated) s_postgres.Value.Dispose();
    }
}
