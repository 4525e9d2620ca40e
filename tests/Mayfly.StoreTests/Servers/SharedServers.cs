namespace Mayfly.StoreTests.Servers;

/// <summary>The servers that tests share, each started by the first that wants it and ended with the run.</summary>
public sealed class SharedServers : IDisposable
{
    private static readonly Lazy<PostgresServer> s_postgres = new(PostgresServer.Start);

    /// <summary>The shared PostgreSQL; the test is skipped where there is none.</summary>
    internal static PostgresServer Postgres
    {
        get
        {
            Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
            return s_postgres.Value;
        }
    }

    public void Dispose()
    {
        if (s_postgres.IsValueCreated) s_postgres.Value.Dispose();
    }
}
