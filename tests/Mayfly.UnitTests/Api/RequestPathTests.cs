using System.Text;

namespace Mayfly.UnitTests.Api;

/// <summary>From the first byte of a request to Dispatch: what is refused, in which order, in which shape.</summary>
public sealed class RequestPathTests(PlainGateway plain) : IClassFixture<PlainGateway>
{
    private readonly TestGateway _gateway = plain.Gateway;

    [Theory]
    [InlineData("/v1/code-sandbox/execute")]
    [InlineData("/api/v1/code-sandbox/execute")]
    public async Task Execute_is_at_both_paths(string path)
    {
        (await _gateway.ExecuteAsync(change: request => request.RequestUri = new Uri(path, UriKind.Relative))).MustBeResult();
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_is_read_in_any_case(string scheme)
    {
        (await _gateway.ExecuteAsync(change: request => Authorize(request, $"{scheme} {_gateway.Secret}"))).MustBeResult();
    }

    [Fact]
    public async Task The_key_may_come_in_its_own_header()
    {
        (await _gateway.ExecuteAsync(change: request =>
        {
            Authorize(request, null);
            request.Headers.Add("X-API-Key", _gateway.Secret);
        })).MustBeResult();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("KEY")]
    [InlineData("Basic KEY")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer KEY0")]
    [InlineData("Bearer \"KEY\"")]
    [InlineData("Bearer KEY, Bearer KEY")]
    [InlineData("Bearer KEY KEY")]
    public async Task Every_other_authorization_gets_one_answer(string? value)
    {
        var reference = (await _gateway.ExecuteAsync(change: request => Authorize(request, "Bearer uc-"))).MustBe(401, "invalid_api_key");

        var answer = (await _gateway.ExecuteAsync(change: request => Authorize(request, value?.Replace("KEY", _gateway.Secret, StringComparison.Ordinal)))).MustBe(401, "invalid_api_key");

        Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
        Assert.Equal(WithoutId(reference), WithoutId(answer));
    }

    [Fact]
    public async Task Two_headers_are_refused_even_if_both_are_good()
    {
        (await _gateway.ExecuteAsync(change: request => request.Headers.Add("X-API-Key", _gateway.Secret))).MustBe(401, "invalid_api_key");

        var raw = await _gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {_gateway.Secret}\r\nAuthorization: Bearer {_gateway.Secret}\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 401 ", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("X-API-Key")]
    [InlineData("access_token")]
    public async Task The_key_is_never_taken_from_the_url(string parameter)
    {
        var answer = await _gateway.ExecuteAsync(change: request =>
        {
            Authorize(request, null);
            request.RequestUri = new Uri($"{TestGateway.ExecutePath}?{parameter}={_gateway.Secret}", UriKind.Relative);
        });

        Assert.DoesNotContain(_gateway.Secret, answer.MustBe(401, "invalid_api_key").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_is_checked_before_the_body_is_read()
    {
        // The body is announced and never sent.
        await using var connection = await _gateway.ConnectAsync();
        await TestGateway.SendAsync(connection, $"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer no\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n");

        var buffer = new byte[12];
        await connection.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 401", Encoding.Latin1.GetString(buffer));
    }

    [Fact]
    public async Task A_stranger_is_not_told_100_Continue()
    {
        var raw = await _gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("application/json; charset=utf-8", 200)]
    [InlineData("Application/JSON;charset=\"UTF-8\"", 200)]
    [InlineData("application/json; charset=utf-7", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=iso-8859-1", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("text/json", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("multipart/form-data; boundary=x", 415)]
    [InlineData("application/problem+json", 415)]
    [InlineData("application", 415)]
    [InlineData("", 415)]
    [InlineData(null, 415)]
    public async Task The_media_type_decides(string? contentType, int status)
    {
        var answer = await _gateway.ExecuteAsync(change: request =>
        {
            request.Content!.Headers.Remove("Content-Type");
            if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        });

        if (status == 200) answer.MustBeResult();
        else answer.MustBe(415, "unsupported_media_type");
    }

    [Theory]
    [InlineData("text/plain", "print(1)")]
    [InlineData("application/json", "nonsense")]
    [InlineData("application/json", "")]
    public async Task A_stranger_learns_nothing_about_a_bad_body(string contentType, string body)
    {
        (await _gateway.ExecuteAsync(body, request =>
        {
            Authorize(request, null);
            request.Content!.Headers.ContentType = new(contentType);
        })).MustBe(401, "invalid_api_key");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("identity")]
    [InlineData("br, gzip")]
    public async Task Any_content_encoding_is_refused(string encoding)
    {
        (await _gateway.ExecuteAsync(change: request => request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding))).MustBe(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_without_a_length_is_refused()
    {
        var raw = await _gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {_gateway.Secret}\r\nContent-Type: application/json\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 411 ", raw, StringComparison.Ordinal);
        Assert.Contains("length_required", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_048_576, false, 200)]
    [InlineData(1_048_577, false, 413)]
    [InlineData(1_048_576, true, 200)]
    [InlineData(1_048_577, true, 413)]
    [InlineData(5_000_000, true, 413)]
    public async Task A_body_is_bounded_with_and_without_its_length(int size, bool chunked, int status)
    {
        var body = new byte[size];
        Array.Fill(body, (byte)' ');
        Encoding.UTF8.GetBytes(TestGateway.Body()).CopyTo(body, 0);

        var answer = await _gateway.ExecuteAsync(body, request =>
        {
            // With Expect the answer is not lost when the server closes while we are still sending.
            request.Headers.ExpectContinue = true;
            if (!chunked) return;
            request.Headers.TransferEncodingChunked = true;
            request.Content!.Headers.ContentLength = null;
        }, TestContext.Current.CancellationToken);

        if (status == 200)
        {
            answer.MustBeResult();
            return;
        }

        answer.MustBe(413, "body_too_large");
        Assert.Equal("close", answer.Header("Connection"));
    }

    [Theory]
    [InlineData("Content-Length: 5000000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4C4B40\r\n")]
    public async Task The_connection_is_closed_on_a_body_that_is_too_large(string rest)
    {
        var raw = await _gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_gateway.Secret}\r\nContent-Type: application/json\r\n{rest}{new string(' ', 1_200_000)}");

        Assert.StartsWith("HTTP/1.1 413 ", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/code-sandbox/execute", 405)]
    [InlineData("PUT", "/v1/code-sandbox/execute", 405)]
    [InlineData("DELETE", "/api/v1/code-sandbox/execute", 405)]
    [InlineData("OPTIONS", "/v1/code-sandbox/execute", 405)]
    [InlineData("POST", "/v1/usage", 405)]
    [InlineData("POST", "/healthz/live", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/v1", 404)]
    [InlineData("GET", "/v1/code-sandbox", 404)]
    [InlineData("GET", "/v1/code-sandbox/execute/x", 404)]
    [InlineData("POST", "/v2/code-sandbox/execute", 404)]
    [InlineData("GET", "/..%2f..%2fetc/passwd", 404)]
    public async Task What_is_not_there_has_the_same_shape(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var answer = (await _gateway.SendAsync(request, TestContext.Current.CancellationToken)).MustBe(status, status == 404 ? "not_found" : "method_not_allowed");

        Assert.Equal(status == 405, answer.Header("Allow") is not null);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/v1/code-sandbox/limits")]
    [InlineData("/nothing")]
    [InlineData("/v1/usage")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/")]
    public async Task Every_answer_has_an_id_of_ours_and_the_same_guard(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Request-Id", "forged");

        var answer = await _gateway.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Matches("^[0-9a-f]{32}$", answer.Header("X-Request-Id"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Null(answer.Header("Server"));
        Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"code":"x","language":"python","x\r\nSet-Cookie: a=b":1,"größe":2,"":3}""", "x??Set-Cookie??a?b, gr??e, ?")]
    [InlineData("""{"code":"x","language":"python","timeout":1}""", "timeout")]
    [InlineData("""{"code":"","language":"python","timeout":1}""", "timeout")]
    [InlineData("""{"code":"x","language":"python"}""", null)]
    public async Task Ignored_fields_are_named_harmlessly(string body, string? named)
    {
        Assert.Equal(named, (await _gateway.ExecuteAsync(body)).Header("Mayfly-Ignored-Fields"));
    }

    [Fact]
    public async Task The_list_of_ignored_fields_is_bounded()
    {
        var fields = string.Concat(Enumerable.Range(0, 50).Select(i => $",\"{new string('f', 500)}{i}\":{i}"));

        var header = (await _gateway.ExecuteAsync($$"""{"code":"x","language":"python"{{fields}}}""")).MustBeResult().Header("Mayfly-Ignored-Fields");

        Assert.InRange(header!.Length, 1, 2_000);
        Assert.EndsWith(", +34", header, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", "hello")]
    [InlineData("Content-Length: -1", "")]
    [InlineData("Content-Length: 1e3", "")]
    [InlineData("Transfer-Encoding: gzip", "")]
    [InlineData("Transfer-Encoding: chunked, gzip", "")]
    [InlineData("Transfer-Encoding: chunked", "5;a\nb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "zz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked", "0\r\n\r\n")]
    public async Task Ambiguous_framing_is_refused_and_the_connection_closed(string framing, string body)
    {
        // What follows would be a second request for whoever reads the framing differently.
        var raw = await _gateway.RawAsync($"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_gateway.Secret}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{body}GET /healthz/live HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|411|413|415|501) ", raw);
        Assert.DoesNotContain("\"live\"", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("GET / HTTP/3.0\r\nHost: x\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET /healthz/live HTTP/1.1\r\n\r\n")]
    public async Task What_is_no_HTTP_1_request_gets_no_answer_of_the_API(string request)
    {
        Assert.DoesNotContain("\"live\"", await _gateway.RawAsync(request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /healthz/live?", 5_000, 414)]
    [InlineData("GET /healthz/live HTTP/1.1\r\nHost: x\r\nX: ", 20_000, 431)]
    public async Task Headers_are_bounded(string start, int more, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", await _gateway.RawAsync(start + new string('a', more)), StringComparison.Ordinal);
    }

    private static string WithoutId(Answer answer) => answer.Text.Replace(answer.Header("X-Request-Id")!, "", StringComparison.Ordinal);

    private static void Authorize(HttpRequestMessage request, string? value)
    {
        request.Headers.Remove("Authorization");
        if (value is not null) request.Headers.TryAddWithoutValidation("Authorization", value);
    }
}
