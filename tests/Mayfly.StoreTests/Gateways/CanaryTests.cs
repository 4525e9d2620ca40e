using Dapper;
using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;

namespace Mayfly.StoreTests.Gateways;

/// <summary>A key, a program and its output that can be recognised, and all places where they must not be found.</summary>
public sealed class CanaryTests
{
    [Theory, BothEngines]
    public async Task No_key_and_no_code_is_in_the_database_the_log_or_the_metrics(EngineName engine)
    {
        const string Canary = "canary-3f1c0c3e";
        using var store = new TestStore(engine);
        using var gateway = GatewayProcess.Start(store, "gateway", ("LOG__LEVEL", "Trace"), ("LOG__FORMAT", "json"));
        var (secret, key) = await new KeyStore(store.Database, TimeProvider.System).CreateAsync(new KeyTerms("canary"));
        var gone = KeyFormat.Create();

        Assert.Equal(200, (await gateway.TryExecuteAsync(secret, TestGateway.Body($"print('{Canary}')")))!.Status);
        Assert.Equal(400, (await gateway.TryExecuteAsync(secret, TestGateway.Body(Canary, Canary)))!.Status);
        Assert.Equal(400, (await gateway.TryExecuteAsync(secret, Canary))!.Status);
        Assert.Equal(401, (await gateway.TryExecuteAsync(gone, TestGateway.Body(Canary)))!.Status);
        var metrics = await gateway.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        var places = new Dictionary<string, string> { ["log"] = gateway.Log, ["metrics"] = metrics, ["database"] = await DumpAsync(store, engine) };
        Assert.Contains(key.LastFour, places["database"], StringComparison.Ordinal);
        Assert.Contains("Execution", places["log"], StringComparison.Ordinal);
        Assert.All(places, place => Assert.All((string[])[Canary, secret, secret[3..], gone], canary => Assert.False(place.Value.Contains(canary, StringComparison.Ordinal), $"found in the {place.Key}")));
    }

    // Every row of every table as text; of SQLite also the bytes of its files, where deleted rows would still be.
    private static async Task<string> DumpAsync(TestStore store, EngineName engine)
    {
        await using var connection = store.Connect();
        var tables = await connection.QueryAsync<string>(engine == EngineName.Postgres
            ? "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            : "SELECT name FROM sqlite_master WHERE type = 'table'");
        var dump = new System.Text.StringBuilder();
        foreach (var table in tables)
        {
            foreach (IDictionary<string, object?> row in await connection.QueryAsync($"SELECT * FROM {table}"))
            {
                dump.AppendJoin('|', row.Values.Select(value => value is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : value)).AppendLine();
            }
        }

        if (store.Database.File is { } path)
        {
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!))
            {
                using var copy = new MemoryStream();
                await using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)) await stream.CopyToAsync(copy);
                dump.Append(System.Text.Encoding.Latin1.GetString(copy.ToArray()));
            }
        }

        return dump.ToString();
    }
}
