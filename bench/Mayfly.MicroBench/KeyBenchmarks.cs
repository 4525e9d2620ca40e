using BenchmarkDotNet.Attributes;
using Mayfly.Accounts;
using Mayfly.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Mayfly.MicroBench;

/// <summary>Authenticate: a request's key checked, as for most requests: it was seen within the last seconds.</summary>
public class KeyBenchmarks
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mayfly-microbench-").FullName;
    private readonly HeaderDictionary _headers = [];
    private string _key = "";
    private Authenticator? _authenticator;

    /// <summary>A key in a database.</summary>
    [GlobalSetup]
    public async Task CreateAsync()
    {
        var keys = new KeyStore(Database.Open("", _directory), TimeProvider.System);
        _key = (await keys.CreateAsync(new KeyTerms("bench"))).Secret;
        _headers["Authorization"] = $"Bearer {_key}";
        _authenticator = new Authenticator(keys, TimeProvider.System);
    }

    /// <summary>Nothing is left.</summary>
    [GlobalCleanup]
    public void Delete()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The whole step.</summary>
    [Benchmark]
    public async Task<bool> Authenticate() => await _authenticator!.AuthenticateAsync(_headers) is not null;

    /// <summary>Of it: prefix, digits and checksum.</summary>
    [Benchmark]
    public bool CheckForm() => KeyFormat.IsWellFormed(_key);

    /// <summary>Of it: what the key is looked up by.</summary>
    [Benchmark]
    public byte[] Hash() => KeyFormat.Hash(_key);
}
