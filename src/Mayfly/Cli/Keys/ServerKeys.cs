using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Api;
using Mayfly.Cli.Remote;
using Mayfly.Client;

namespace Mayfly.Cli.Keys;

/// <summary>Keys of a server, by its administration.</summary>
internal sealed class ServerKeys(Server server, CancellationToken stop) : IKeyBook
{
    private const string Path = "/v1/admin/keys";

    public async Task<KeyAnswer> CreateAsync(KeyChange terms, string account) =>
        Key(await server.ChangeAsync(HttpMethod.Post, Path, Body(terms with { Account = account }), stop));

    public async Task<IReadOnlyList<KeyAnswer>> ListAsync(string? account)
    {
        var all = new List<KeyAnswer>();
        for (long? after = 0; after is { } number;)
        {
            var of = account is null ? "" : $"&account={Uri.EscapeDataString(account)}";
            var page = await server.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{Path}?limit={Page.MaxLimit}&after={number}{of}"), ApiJson.Readable.KeysAnswer, stop);
            all.AddRange(page.Keys);
            after = page.Next;
        }

        return all;
    }

    public Task<KeyAnswer?> ChangeAsync(long id, KeyChange change) => IfThereAsync<KeyAnswer?>(async () => Key(await server.ChangeAsync(HttpMethod.Patch, Of(id), Body(change), stop)), null);

    public Task<bool> RevokeAsync(long id) => IfThereAsync(
        async () =>
        {
            await server.ChangeAsync(HttpMethod.Delete, Of(id), null, stop);
            return true;
        },
        false);

    private static async Task<T> IfThereAsync<T>(Func<Task<T>> act, T otherwise)
    {
        try
        {
            return await act();
        }
        catch (MayflyInvalidRequestException refusal) when (refusal.Code == "not_found")
        {
            return otherwise;
        }
    }

    private static string Of(long id) => string.Create(CultureInfo.InvariantCulture, $"{Path}/{id}");

    private static byte[] Body(KeyChange change) => JsonSerializer.SerializeToUtf8Bytes(change, KeyChangeJson.Default.KeyChange);

    private static KeyAnswer Key(RawResponse answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, ApiJson.Readable.KeyAnswer) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CommandFailure("the server answered, but not with a key. Is it a Mayfly of this version?");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyChange))]
internal sealed partial class KeyChangeJson : JsonSerializerContext;
