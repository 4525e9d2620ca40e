using System.Text.RegularExpressions;

namespace Mayfly.ContractTests.Requests;

/// <summary>One key, two headers to send it in, and one answer to everything else.</summary>
public sealed partial class AuthenticationTests(Service service) : ServiceTests(service)
{
    private static readonly byte[] Body = Service.RequestBody("print(1)", "python");

    // What is sent instead of the right header, from the right key.
    private static readonly Table<Func<string, (string Name, string Value)[]>> Refused = new()
    {
        ["no header at all"] = _ => [],
        ["an empty Authorization"] = _ => [("Authorization", "")],
        ["the scheme alone"] = _ => [("Authorization", "Bearer")],
        ["the scheme and a blank"] = _ => [("Authorization", "Bearer ")],
        ["the key without a scheme"] = key => [("Authorization", key)],
        ["another scheme"] = key => [("Authorization", $"Basic {key}")],
        ["Basic credentials"] = key => [("Authorization", "Basic " + Convert.ToBase64String(Service.Utf8($"key:{key}")))],
        ["a key that is none"] = _ => [("Authorization", "Bearer nonsense")],
        ["the prefix alone"] = _ => [("Authorization", "Bearer uc-")],
        ["a key cut by one character"] = key => [("Authorization", $"Bearer {key[..^1]}")],
        ["a key with one character more"] = key => [("Authorization", $"Bearer {key}0")],
        ["a key with its last character changed"] = key => [("Authorization", $"Bearer {key[..^1]}{(key[^1] == 'a' ? 'b' : 'a')}")],
        ["a key with one character changed in the middle"] = key => [("Authorization", $"Bearer {key[..10]}{(key[10] == 'a' ? 'b' : 'a')}{key[11..]}")],
        ["a key in the wrong case"] = key => [("Authorization", $"Bearer {SwapCase(key)}")],
        ["a key with another prefix"] = key => [("Authorization", $"Bearer sk-{key[3..]}")],
        ["a key in quotes"] = key => [("Authorization", $"Bearer \"{key}\"")],
        ["two keys with a comma"] = key => [("Authorization", $"Bearer {key}, Bearer {key}")],
        ["two keys with a blank"] = key => [("Authorization", $"Bearer {key} {key}")],
        ["a key of eight thousand characters"] = _ => [("Authorization", "Bearer uc-" + new string('a', 8000))],
        ["an SQL injection"] = _ => [("Authorization", "Bearer uc-' OR '1'='1")],
        ["a wrong X-API-Key"] = _ => [("X-API-Key", "uc-" + new string('a', 43))],
        ["an empty X-API-Key"] = _ => [("X-API-Key", "")],
        ["an X-API-Key with a scheme"] = key => [("X-API-Key", $"Bearer {key}")],
        ["the key in a header of another name"] = key => [("X-Key", key)],
        ["the key in a cookie"] = key => [("Cookie", $"key={key}; Authorization=Bearer {key}")],
        ["a wrong key beside the right one"] = key => [("Authorization", "Bearer uc-" + new string('a', 43)), ("X-API-Key", key)],
    };

    // The refusal that all others are compared with. Asked for once: many bad keys from one address are a reason for 429.
    private static Task<Answer>? s_missing;

    public static IEnumerable<TheoryDataRow<string>> RefusedRows => Refused.Rows;

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("Authorization", "BEARER ")]
    [InlineData("authorization", "Bearer ")]
    [InlineData("X-API-Key", "")]
    [InlineData("x-api-key", "")]
    public async Task The_key_is_accepted_in(string header, string before)
    {
        var answer = await Service.PostAsync(Body, r => Authorize(r, (header, before + Service.Key)));

        Execution.From(answer).AssertExit(0).AssertStdout("1\n");
    }

    [Theory, MemberData(nameof(RefusedRows)), Case("K1")]
    public async Task Refused_is(string claim)
    {
        var answer = await Service.PostAsync(Body, r => Authorize(r, Refused[claim](Service.Key)));

        await AssertOneAnswerAsync(answer);
    }

    [Fact, Case("K1")]
    public async Task Two_authorization_headers_are_refused()
    {
        await using var connection = await Service.ConnectAsync();
        await connection.SendAsync($"POST {Service.ExecutePath} HTTP/1.1\r\nHost: {connection.Host}\r\nAuthorization: Bearer {Service.Key}\r\nAuthorization: Bearer {Service.Key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n");
        await connection.SendAsync(Body);

        var answer = await connection.ReceiveAsync();

        Assert.NotNull(answer);
        await AssertOneAnswerAsync(answer);
    }

    [Theory, Case("K1")]
    [InlineData("key")]
    [InlineData("api_key")]
    [InlineData("access_token")]
    [InlineData("Authorization")]
    [InlineData("X-API-Key")]
    public async Task The_key_is_never_taken_from_the_url(string parameter)
    {
        var answer = await Service.PostAsync(Body, r => Authorize(r), $"{Service.ExecutePath}?{parameter}={Uri.EscapeDataString(Service.Key)}");

        await AssertOneAnswerAsync(answer);
        Assert.DoesNotContain(Service.Key, answer.Text, StringComparison.Ordinal);
    }

    private static readonly Table<(byte[] Body, string? ContentType)> BadBodies = new()
    {
        ["no JSON"] = (Service.Utf8("nonsense"), "application/json"),
        ["an unknown language"] = (Service.RequestBody("1", "ruby"), "application/json"),
        ["code that is too large"] = (Service.RequestBody(new string('a', 200_000), "python"), "application/json"),
        ["another media type"] = (Body, "text/plain"),
        ["an empty body"] = ([], "application/json"),
    };

    public static IEnumerable<TheoryDataRow<string>> BadBodyRows => BadBodies.Rows;

    [Theory, MemberData(nameof(BadBodyRows))]
    public async Task A_stranger_learns_nothing_about_a_bad_body(string claim)
    {
        var (body, contentType) = BadBodies[claim];

        var answer = await Service.PostAsync(body, r =>
        {
            Authorize(r, ("Authorization", "Bearer uc-" + new string('a', 43)));
            r.Content!.Headers.Remove("Content-Type");
            if (contentType is not null) r.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        });

        await AssertOneAnswerAsync(answer);
    }

    [Fact]
    public async Task The_key_is_checked_before_the_body_is_read()
    {
        await using var connection = await Service.ConnectAsync();

        // A body is announced and never sent.
        await connection.SendAsync($"POST {Service.ExecutePath} HTTP/1.1\r\nHost: {connection.Host}\r\nAuthorization: Bearer nonsense\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n");
        var answer = await connection.ReceiveAsync();

        Assert.NotNull(answer);
        Problem.Expect(answer, 401, "invalid_api_key");
    }

    [Theory]
    [InlineData("/v1/usage")]
    [InlineData("/api/v1/usage")]
    public async Task Usage_needs_a_key(string path)
    {
        Problem.Expect(await Service.GetAsync(path, withKey: false), 401, "invalid_api_key");
    }

    /// <summary>401 with one body for all: it differs from the first refusal in the request's own id alone.</summary>
    private async Task AssertOneAnswerAsync(Answer answer)
    {
        Problem.Expect(answer, 401, "invalid_api_key");
        Assert.Equal("Bearer", Assert.Single(answer.HeaderValues("WWW-Authenticate")).Split(' ')[0]);

        Assert.Equal(WithoutId(await (s_missing ??= Service.PostAsync(Body, r => Authorize(r)))), WithoutId(answer));
    }

    private static string WithoutId(Answer answer) => answer.Text.Replace(answer.Header("X-Request-Id")!, "", StringComparison.Ordinal);

    private static void Authorize(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        request.Headers.Remove("Authorization");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
    }

    private static string SwapCase(string key) => key[..3] + Letters().Replace(key[3..], m => char.IsUpper(m.Value[0]) ? m.Value.ToLowerInvariant() : m.Value.ToUpperInvariant());

    [GeneratedRegex("[A-Za-z]")]
    private static partial Regex Letters();
}
