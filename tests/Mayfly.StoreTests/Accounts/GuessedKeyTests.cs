using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Mayfly.Accounts;
using Mayfly.StoreTests.Servers;
using Microsoft.AspNetCore.Http;

namespace Mayfly.StoreTests.Accounts;

/// <summary>What a guesser learns: nothing by how a wrong key is looked for, and soon nothing more at all.</summary>
public sealed class GuessedKeyTests
{
    [Theory, BothEngines]
    public async Task A_near_miss_goes_the_same_way_as_a_random_key_and_a_typo_never_reaches_the_database(EngineName engine)
    {
        using var store = new TestStore(engine);
        var keys = new KeyStore(store.Database, TimeProvider.System);
        var (secret, _) = await keys.CreateAsync(new KeyTerms("wanted"));
        string[] wellFormed = [KeyFormat.Create(), NearMiss(secret, byte.MinValue), NearMiss(secret, 31)];
        Assert.All(wellFormed, guess => Assert.True(KeyFormat.IsWellFormed(guess)));
        Assert.Equal(secret[..40], NearMiss(secret, 31)[..40]);

        // In the index they are as far from the key as any other: what is looked for shares nothing with what is wanted.
        Assert.All(wellFormed, guess => Assert.NotEqual(KeyFormat.Hash(secret)[0..2], KeyFormat.Hash(guess)[0..2]));

        // Twice: a refusal is not remembered, so the second guess is no quicker to refuse than the first.
        var authenticator = new Authenticator(keys, TimeProvider.System);
        foreach (var guess in wellFormed.Concat(wellFormed)) Assert.Null(await AuthenticateAsync(authenticator, guess));

        // Without the table, whoever looks fails: so it is seen who does.
        await using (var connection = store.Connect()) await connection.ExecuteAsync("ALTER TABLE api_keys RENAME TO hidden");
        foreach (var guess in wellFormed) await Assert.ThrowsAnyAsync<DbException>(() => AuthenticateAsync(authenticator, guess));
        foreach (var typo in (string[])[Typo(secret, at: 3), Typo(secret, at: 20), Typo(secret, at: secret.Length - 1), secret[..^1], secret + "0", "", "uc-"])
        {
            Assert.Null(await AuthenticateAsync(authenticator, typo));
        }
    }

    [Theory, BothEngines]
    public async Task An_address_that_guesses_is_slowed_alone(EngineName engine)
    {
        using var store = new TestStore(engine);
        await using var gateway = await store.StartAsync(new TestCells(), null, "", ("Admission:FailuresPerMinute", "5"));
        using var neighbour = From(IPAddress.Parse("127.0.0.2"), gateway.Gateway.Address);
        for (var guess = 0; guess < 200; guess++) await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", KeyFormat.Create()));

        (await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", KeyFormat.Create()))).MustBe(429, "rate_limited");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(neighbour, KeyFormat.Create())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(neighbour, gateway.Secret)).StatusCode);
        (await gateway.ExecuteAsync()).MustBeResult();
    }

    [Fact]
    public async Task A_key_at_its_limit_leaves_the_others_theirs()
    {
        using var store = new TestStore(EngineName.Sqlite);
        var free = new TaskCompletionSource();
        await using var gateway = await store.StartAsync(async (execution, hangUp) =>
        {
            await free.Task;
            return await TestGateway.Echo(execution, hangUp);
        });
        var (greedy, _) = await gateway.Keys.CreateAsync(new KeyTerms("greedy") { Concurrency = 3 });
        try
        {
            var greedyOnes = Enumerable.Range(0, 30).Select(_ => ExecuteAsync(gateway, greedy)).ToArray();
            await TestGateway.UntilAsync(() => Task.FromResult(greedyOnes.Count(one => one.IsCompleted) == 27));

            var others = Enumerable.Range(0, 10).Select(_ => ExecuteAsync(gateway, gateway.Secret)).ToArray();
            await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Admitted == 13));
            free.SetResult();

            Assert.All(await Task.WhenAll(others), answer => answer.MustBeResult());
            Assert.Equal(3, (await Task.WhenAll(greedyOnes)).Count(answer => answer.Status == 200));
        }
        finally
        {
            // The gateway does not end while a program runs.
            free.TrySetResult();
        }
    }

    private static Task<Answer> ExecuteAsync(TestGateway gateway, string secret) =>
        gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", secret));

    private static Task<ApiKey?> AuthenticateAsync(Authenticator authenticator, string key) =>
        authenticator.AuthenticateAsync(new HeaderDictionary { ["Authorization"] = $"Bearer {key}" });

    // Another key that begins as this one does: one byte of its secret is another.
    private static string NearMiss(string secret, int at)
    {
        var number = secret[KeyFormat.Prefix.Length..^6].Aggregate(
            System.Numerics.BigInteger.Zero, (sum, digit) => (sum * 62) + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".IndexOf(digit, StringComparison.Ordinal));
        var bytes = new byte[32];
        var written = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, 32 - written.Length);
        bytes[at] ^= 1;
        return KeyFormat.Write(bytes);
    }

    private static string Typo(string key, int at) => key[..at] + (key[at] == 'x' ? 'y' : 'x') + key[(at + 1)..];

    private static HttpClient From(IPAddress address, Uri gateway) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = gateway };

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TestGateway.ExecutePath) { Content = new StringContent(TestGateway.Body(), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", key);
        return await http.SendAsync(request);
    }
}
