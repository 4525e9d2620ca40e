namespace Mayfly.ContractTests.Requests;

/// <summary>HTTP/1.1 that no client writes: ambiguous, oversized, endless or slow.</summary>
public sealed class ProtocolTests(Service service) : ServiceTests(service)
{
    private const string BodyText = """{"code":"print(1)","language":"python"}""";

    // Requests as they stand on the wire; {host} and {key} are filled in. The right answer is a refusal and the end of the connection.
    private static readonly Table<(string Request, int[] Statuses)> Malformed = new()
    {
        ["Content-Length and Transfer-Encoding together"] = (Post("Content-Length: 4", "Transfer-Encoding: chunked") + "0\r\n\r\n", [400]),
        ["two different Content-Lengths"] = (Post("Content-Length: 39", "Content-Length: 4") + BodyText, [400]),
        ["a negative Content-Length"] = (Post("Content-Length: -1") + BodyText, [400]),
        ["a Content-Length that is no number"] = (Post("Content-Length: 3 9") + BodyText, [400]),
        ["a Content-Length beyond 64 bits"] = (Post("Content-Length: 99999999999999999999999") + BodyText, [400, 413]),
        ["a transfer encoding that is not known"] = (Post("Transfer-Encoding: gzip") + BodyText, [400, 411, 501]),
        ["chunked that is not the last encoding"] = (Post("Transfer-Encoding: chunked, gzip") + "0\r\n\r\n", [400, 411, 501]),
        ["a chunk size that is no number"] = (Post("Transfer-Encoding: chunked") + "zz\r\n", [400]),
        ["a chunk size beyond 64 bits"] = (Post("Transfer-Encoding: chunked") + "fffffffffffffffffff\r\n", [400, 413]),
        ["a bare line feed in a chunk extension"] = (Post("Transfer-Encoding: chunked") + "27;a\n" + BodyText + "\r\n0\r\n\r\n", [400]),
        ["a chunk longer than its size"] = (Post("Transfer-Encoding: chunked") + "5\r\n" + BodyText + "\r\n0\r\n\r\n", [400]),
        ["no Host"] = ("GET /healthz/live HTTP/1.1\r\n\r\n", [400]),
        ["two Hosts"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nHost: other\r\n\r\n", [400]),
        ["a blank before the colon"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nX-A : b\r\n\r\n", [400]),
        ["a folded header"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n c\r\n\r\n", [400]),
        ["a NUL in a header"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nX-A: b\0c\r\n\r\n", [400]),
        ["a header without a colon"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nnonsense\r\n\r\n", [400]),
        ["a NUL in the path"] = ("GET /healthz/live\0 HTTP/1.1\r\nHost: {host}\r\n\r\n", [400]),
        ["a version that does not exist"] = ("GET /healthz/live HTTP/9.9\r\nHost: {host}\r\n\r\n", [400, 505]),
        ["no HTTP at all"] = ("\x16\x03\x01 hello\r\n\r\n", [400]),
        ["a request line of 100 000 bytes"] = ("GET /" + new string('a', 100_000) + " HTTP/1.1\r\nHost: {host}\r\n\r\n", [400, 414]),
        ["a header of 100 000 bytes"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\nX-A: " + new string('a', 100_000) + "\r\n\r\n", [431]),
        ["a thousand headers"] = ("GET /healthz/live HTTP/1.1\r\nHost: {host}\r\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: a\r\n")) + "\r\n", [431]),
    };

    public static IEnumerable<TheoryDataRow<string>> MalformedRows => Malformed.Rows;

    [Theory, MemberData(nameof(MalformedRows)), Case("H14")]
    public async Task Refused_and_closed_is(string claim)
    {
        var (request, statuses) = Malformed[claim];
        await using var connection = await Service.ConnectAsync();

        await connection.TrySendAsync(System.Text.Encoding.Latin1.GetBytes(Fill(request, connection)));
        var answer = await connection.ReceiveAsync();

        // A server that resets the connection at once has refused as well.
        if (answer is not null) Assert.True(statuses.Contains(answer.Status), $"expected {string.Join(" or ", statuses)}, got {answer}");
        Assert.True(await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(10)), "the connection stays open");
    }

    // There is no HTTP/2 here, so no stream that could be opened and reset in a hurry.
    [Fact, Case("H15")]
    public async Task HTTP2_is_refused_before_its_first_stream()
    {
        await using var connection = await Service.ConnectAsync();
        // The preface, an empty SETTINGS, then a thousand times HEADERS of a new stream and RST_STREAM: 9 bytes each, as RFC 9113 has them.
        var frames = new List<byte>(System.Text.Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) { 0, 0, 0, 4, 0, 0, 0, 0, 0 };
        for (var stream = 1; stream < 2000; stream += 2)
        {
            byte[] id = [0, 0, (byte)(stream >> 8), (byte)stream];
            frames.AddRange([0, 0, 1, 1, 5, .. id, 0x82, 0, 0, 4, 3, 0, .. id, 0, 0, 0, 8]);
        }

        await connection.TrySendAsync([.. frames]);
        var answer = await connection.ReceiveAsync();

        Assert.True(answer is null or { Status: 400 or 505 }, $"{answer}");
        Assert.True(await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(10)), "the connection stays open");
    }

    [Fact, Case("H14")]
    public async Task What_follows_a_malformed_request_is_not_executed()
    {
        await using var connection = await Service.ConnectAsync();
        var smuggled = Fill(Post($"Content-Length: {BodyText.Length}") + BodyText, connection);

        await connection.TrySendAsync(System.Text.Encoding.Latin1.GetBytes(Fill(Post("Content-Length: 4", "Transfer-Encoding: chunked"), connection) + "0\r\n\r\n" + smuggled));
        var first = await connection.ReceiveAsync();

        Assert.True(first is null or { Status: 400 }, $"{first}");
        Assert.Null(await connection.ReceiveAsync());
    }

    [Fact]
    public async Task Requests_one_after_another_use_one_connection()
    {
        await using var connection = await Service.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await connection.SendAsync(Fill(Post($"Content-Length: {BodyText.Length}") + BodyText, connection));

            var answer = await connection.ReceiveAsync();

            Assert.NotNull(answer);
            Execution.From(answer).AssertExit(0).AssertStdout("1\n");
        }
    }

    [Fact]
    public async Task A_refused_request_leaves_the_connection_usable()
    {
        await using var connection = await Service.ConnectAsync();
        await connection.SendAsync(Fill(Post("Content-Length: 2") + "{}", connection));
        Problem.Expect((await connection.ReceiveAsync())!, 400);

        await connection.SendAsync(Fill(Post($"Content-Length: {BodyText.Length}") + BodyText, connection));

        Execution.From((await connection.ReceiveAsync())!).AssertExit(0);
    }

    [Fact, Case("H11"), Trait(Speed.Name, Speed.Slow)]
    public async Task A_body_of_one_byte_a_second_is_given_up()
    {
        await using var connection = await Service.ConnectAsync();
        await connection.SendAsync(Fill(Post("Content-Length: 1000"), connection));

        var closed = false;
        for (var second = 0; second < 40 && !closed; second++)
        {
            if (!await connection.TrySendAsync(" "u8.ToArray())) closed = true;
            else closed = await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(1));
        }

        Assert.True(closed, "a body that will take 1000 seconds is still read after 40");
    }

    [Fact, Case("H11"), Trait(Speed.Name, Speed.Slow)]
    public async Task A_header_of_one_byte_a_second_is_given_up()
    {
        await using var connection = await Service.ConnectAsync();
        await connection.SendAsync($"GET /healthz/live HTTP/1.1\r\nHost: {connection.Host}\r\nX-A: ");

        var closed = false;
        for (var second = 0; second < 40 && !closed; second++)
        {
            if (!await connection.TrySendAsync("a"u8.ToArray())) closed = true;
            else closed = await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(1));
        }

        Assert.True(closed, "a header that never ends is still read after 40 seconds");
    }

    [Fact, Case("H13")]
    public async Task Hundreds_of_idle_connections_do_not_keep_others_out()
    {
        var idle = new List<RawConnection>();
        try
        {
            for (var i = 0; i < 300; i++) idle.Add(await Service.ConnectAsync());

            Assert.Equal(200, (await Service.GetAsync("/healthz/live", withKey: false)).Status);
            Execution.From(await Service.PostAsync(Service.Utf8(BodyText))).AssertExit(0);
        }
        finally
        {
            foreach (var connection in idle) await connection.DisposeAsync();
        }
    }

    [Fact, Case("H12")]
    public async Task A_client_that_does_not_read_leaves_others_alone()
    {
        await using var connection = await Service.ConnectAsync();
        var body = Service.RequestBody("import os\nfor _ in range(16): os.write(1, b'\\x01' * 65536)", "python");

        await connection.SendAsync(Fill(Post($"Content-Length: {body.Length}"), connection));
        await connection.SendAsync(body);
        await Task.Delay(1000, Stop);

        Execution.From(await Service.PostAsync(Service.Utf8(BodyText))).AssertExit(0);
    }

    private string Fill(string request, RawConnection connection) =>
        request.Replace("{host}", connection.Host, StringComparison.Ordinal).Replace("{key}", Service.Key, StringComparison.Ordinal);

    private static string Post(params string[] headers) =>
        $"POST {Service.ExecutePath} HTTP/1.1\r\nHost: {{host}}\r\nAuthorization: Bearer {{key}}\r\nContent-Type: application/json\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";
}
