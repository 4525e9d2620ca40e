using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mayfly.Client;

namespace Mayfly.Cli.Remote;

/// <summary>The server that a command talks to, through the C# SDK.</summary>
internal sealed class Server : IDisposable
{
    /// <summary>Where it is.</summary>
    public static readonly Option<string?> Url = new("--url")
    {
        HelpName = "URL",
        Description = "The server. Default: MAYFLY_BASE_URL, else that of `mayfly login`, else http://127.0.0.1:8080. The key: MAYFLY_API_KEY, else that of `mayfly login` at this server.",
    };

    private readonly MayflyClient _client;

    private Server(string url, string? key) => (Address, HasKey, _client) = (url, key is not null, new MayflyClient(Client.Settings.At(url, key)));

    public string Address { get; }

    public bool HasKey { get; }

    public CodeSandbox CodeSandbox => _client.CodeSandbox;

    /// <summary>The server that the command line, the environment or the last login names.</summary>
    /// <exception cref="CommandFailure">There is no key for it.</exception>
    public static Server Open(ParseResult parsed, bool needsKey = true) => Open(AddressOf(parsed), needsKey);

    /// <summary>The server at a URL that somebody typed.</summary>
    /// <exception cref="CommandFailure">There is no key for it.</exception>
    public static Server Open(string url, bool needsKey = true)
    {
        var server = At(Client.Settings.CheckedUrl(url), Variable("MAYFLY_API_KEY"));
        return server.HasKey || !needsKey
            ? server
            : throw new CommandFailure($"there is no key for {server.Address}. Save one: mayfly login --url {server.Address}; or set MAYFLY_API_KEY");
    }

    /// <summary>The server at a checked URL, with a key or the one that is saved for it.</summary>
    public static Server At(string url, string? key = null) => new(url, key ?? SavedKeys.Load().Keys.GetValueOrDefault(url));

    /// <exception cref="MayflyException">What was named is no URL.</exception>
    public static string AddressOf(ParseResult parsed) =>
        Client.Settings.CheckedUrl(parsed.GetValue(Url) ?? Variable("MAYFLY_BASE_URL") ?? SavedKeys.Load().Default ?? Client.Settings.DefaultUrl);

    /// <summary>An environment variable that says something.</summary>
    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Asks, and reads the answer; what it makes of one that is not Mayfly's is an infrastructure failure.</summary>
    /// <exception cref="MayflyException">There is none.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken stop)
        where T : class =>
        await _client.Transport.CallAsync(_client.Transport.Ask(HttpMethod.Get, path), answer => JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException("its body is null."), null, stop);

    /// <summary>Asks, and takes the answer as it is.</summary>
    /// <param name="path">Below the base URL.</param>
    /// <param name="accept">Media type.</param>
    /// <param name="retries">Null: as the SDK does.</param>
    /// <param name="stop">Hangs up.</param>
    /// <exception cref="MayflyException">There is none.</exception>
    public Task<RawResponse> GetAsync(string path, string accept, int? retries, CancellationToken stop) =>
        _client.Transport.CallAsync(_client.Transport.Ask(HttpMethod.Get, path) with { Accept = accept }, answer => answer, new CallOptions { MaxRetries = retries }, stop);

    /// <summary>Changes something. Never tried again: nothing tells a second try from another change.</summary>
    /// <exception cref="MayflyException">It was not done, or that is not known.</exception>
    public Task<RawResponse> ChangeAsync(HttpMethod method, string path, byte[]? body, CancellationToken stop) =>
        _client.Transport.CallAsync(_client.Transport.Ask(method, path) with { Body = body }, answer => answer, new CallOptions { MaxRetries = 0 }, stop);

    public void Dispose() => _client.Dispose();
}
