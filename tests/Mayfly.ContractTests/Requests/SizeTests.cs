namespace Mayfly.ContractTests.Requests;

/// <summary>102 400 bytes of code, 1 MiB of body: counted to the byte, however they are written and sent.</summary>
public sealed class SizeTests(Service service) : ServiceTests(service)
{
    private const int CodeLimit = 102_400;
    private const int BodyLimit = 1_048_576;

    // Prints the size of its own file: what arrived is what was counted. The rest of the file is a comment.
    private const string Python = "print(len(open(__file__, 'rb').read()))#";
    private const string JavaScript = "console.log(require('fs').statSync(__filename).size)//";

    private static readonly Table<(string Language, string Code)> Accepted = new()
    {
        ["python: 102 399 bytes"] = ("python", Fill(Python, "a", CodeLimit - 1)),
        ["python: 102 400 bytes of ASCII"] = ("python", Fill(Python, "a", CodeLimit)),
        ["python: 102 400 bytes of two-byte characters"] = ("python", Fill(Python, "é", CodeLimit)),
        ["python: 102 400 bytes of three-byte characters"] = ("python", Fill(Python, "漢", CodeLimit)),
        ["python: 102 400 bytes of four-byte characters"] = ("python", Fill(Python, "😀", CodeLimit)),
        ["javascript: 102 400 bytes of ASCII"] = ("javascript", Fill(JavaScript, "a", CodeLimit)),
        ["javascript: 102 400 bytes of four-byte characters"] = ("javascript", Fill(JavaScript, "😀", CodeLimit)),
        ["javascript: 102 400 bytes of control characters, six bytes each in JSON"] = ("javascript", Fill(JavaScript, "\u0001", CodeLimit)),
    };

    private static readonly Table<(string Language, string Code)> TooLarge = new()
    {
        ["python: 102 401 bytes of ASCII"] = ("python", Fill(Python, "a", CodeLimit + 1)),
        ["python: 102 401 bytes, 51 000 characters"] = ("python", Fill(Python, "é", CodeLimit + 1)),
        ["python: 102 401 bytes, 34 000 characters"] = ("python", Fill(Python, "漢", CodeLimit + 1)),
        ["python: 102 401 bytes, 25 600 characters"] = ("python", Fill(Python, "😀", CodeLimit + 1)),
        ["python: 102 401 bytes of which one is a NUL"] = ("python", Fill(Python, "\0", CodeLimit + 1)),
        ["python: 102 401 blanks"] = ("python", Fill("pass", " ", CodeLimit + 1)),
        ["javascript: 102 401 bytes of ASCII"] = ("javascript", Fill(JavaScript, "a", CodeLimit + 1)),
        ["javascript: a million bytes"] = ("javascript", Fill(JavaScript, "a", 1_000_000)),
    };

    public static IEnumerable<TheoryDataRow<string>> AcceptedRows => Accepted.Rows;

    public static IEnumerable<TheoryDataRow<string>> TooLargeRows => TooLarge.Rows;

    [Theory, MemberData(nameof(AcceptedRows)), Case("H2")]
    public async Task Code_runs_whole(string code)
    {
        var (language, text) = Accepted[code];

        var execution = await Service.ExecuteAsync(text, language);

        execution.AssertExit(0).AssertStdout($"{Service.Utf8(text).Length}\n");
    }

    [Theory, MemberData(nameof(TooLargeRows)), Case("H2")]
    public async Task Code_is_too_large(string code)
    {
        var (language, text) = TooLarge[code];

        var problem = Problem.Expect(await Service.PostAsync(Service.RequestBody(text, language)), 400, "code_too_large");

        Assert.Contains("102400", problem.Detail.Replace(" ", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact, Case("H2")]
    public async Task Code_is_counted_after_its_escapes_are_undone()
    {
        // Twelve bytes of JSON for four bytes of UTF-8.
        var code = Fill(Python, "😀", CodeLimit);
        var escaped = string.Concat(code.Select(c => $"\\u{(int)c:x4}"));

        var answer = await Service.PostAsync(Service.Utf8($$"""{"code":"{{escaped}}","language":"python"}"""));

        Execution.From(answer).AssertExit(0).AssertStdout($"{CodeLimit}\n");
    }

    [Theory, Case("H1")]
    [InlineData(BodyLimit - 1)]
    [InlineData(BodyLimit)]
    public async Task A_body_up_to_1_MiB_is_read(int size)
    {
        Execution.From(await Service.PostAsync(Body(size))).AssertExit(0).AssertStdout("1\n");
    }

    [Theory, Case("H1")]
    [InlineData(BodyLimit - 1)]
    [InlineData(BodyLimit)]
    public async Task A_chunked_body_up_to_1_MiB_is_read(int size)
    {
        Execution.From(await Service.PostAsync(Body(size), Chunked)).AssertExit(0).AssertStdout("1\n");
    }

    [Theory, Case("H1")]
    [InlineData(BodyLimit + 1)]
    [InlineData(2 * BodyLimit)]
    public async Task A_body_over_1_MiB_is_refused(int size)
    {
        await using var connection = await Service.ConnectAsync();

        // The header alone decides: nothing of the body is sent.
        await connection.SendAsync(Head(connection, $"Content-Length: {size}"));

        await AssertBodyRefusedAsync(connection);
    }

    [Theory, Case("H1")]
    [InlineData(BodyLimit + 1)]
    [InlineData(4 * BodyLimit)]
    public async Task A_chunked_body_over_1_MiB_is_refused(int size)
    {
        await using var connection = await Service.ConnectAsync();
        var body = Body(size);

        await connection.SendAsync(Head(connection, "Transfer-Encoding: chunked"));
        await connection.TrySendAsync(Service.Utf8($"{size:x}\r\n"));
        await connection.TrySendAsync(body);
        await connection.TrySendAsync(Service.Utf8("\r\n0\r\n\r\n"));

        await AssertBodyRefusedAsync(connection);
    }

    [Fact, Case("H1")]
    public async Task A_body_without_end_is_not_read_on()
    {
        await using var connection = await Service.ConnectAsync();
        var chunk = Service.Utf8($"{65536:x}\r\n{new string(' ', 65536)}\r\n");
        var sent = 0L;

        await connection.SendAsync(Head(connection, "Transfer-Encoding: chunked"));
        while (sent < 64 * BodyLimit && await connection.TrySendAsync(chunk)) sent += chunk.Length;

        Assert.True(sent < 64 * BodyLimit, "64 MiB were taken: the body is read to its end, or for ever");
    }

    [Fact]
    public async Task A_body_without_a_length_is_411()
    {
        await using var connection = await Service.ConnectAsync();

        await connection.SendAsync(Head(connection, "Connection: close"));

        Problem.Expect(await AnswerAsync(connection), 411);
    }

    [Fact]
    public async Task Expect_100_continue_is_honoured()
    {
        await using var connection = await Service.ConnectAsync();
        var body = Service.RequestBody("print(1)", "python");

        await connection.SendAsync(Head(connection, $"Content-Length: {body.Length}", "Expect: 100-continue"));
        Assert.Equal(100, (await AnswerAsync(connection)).Status);
        await connection.SendAsync(body);

        Execution.From(await AnswerAsync(connection)).AssertExit(0).AssertStdout("1\n");
    }

    [Fact]
    public async Task A_body_in_chunks_of_one_byte_is_read()
    {
        await using var connection = await Service.ConnectAsync();
        var body = Service.RequestBody("print('é😀')", "python");

        await connection.SendAsync(Head(connection, "Transfer-Encoding: chunked"));
        foreach (var one in body) await connection.SendAsync([(byte)'1', 13, 10, one, 13, 10]);
        await connection.SendAsync("0\r\n\r\n");

        Execution.From(await AnswerAsync(connection)).AssertExit(0).AssertStdout("é😀\n");
    }

    private static void Chunked(HttpRequestMessage request)
    {
        request.Content!.Headers.ContentLength = null;
        request.Headers.TransferEncodingChunked = true;
    }

    private static async Task<Answer> AnswerAsync(RawConnection connection)
    {
        var answer = await connection.ReceiveAsync();
        Assert.True(answer is not null, "the connection was closed without an answer");
        return answer;
    }

    private static async Task AssertBodyRefusedAsync(RawConnection connection)
    {
        // Connection reset by a server that does not read on is the one case in which the answer may be lost on the way.
        if (await connection.ReceiveAsync() is { } answer) Problem.Expect(answer, 413);
        Assert.True(await connection.IsClosedWithinAsync(TimeSpan.FromSeconds(10)), "the connection stays open after 413");
    }

    private string Head(RawConnection connection, params string[] headers) =>
        $"POST {Service.ExecutePath} HTTP/1.1\r\nHost: {connection.Host}\r\nAuthorization: Bearer {Service.Key}\r\nContent-Type: application/json\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";

    /// <summary>A valid request of exactly this many bytes.</summary>
    private static byte[] Body(int size)
    {
        var body = new byte[size];
        Array.Fill(body, (byte)' ');
        Service.RequestBody("print(1)", "python").CopyTo(body, 0);
        return body;
    }

    /// <summary>Code of exactly this many bytes: the beginning, then the character repeated, then blanks.</summary>
    private static string Fill(string beginning, string character, int bytes)
    {
        var room = bytes - Service.Utf8(beginning).Length;
        var each = Service.Utf8(character).Length;
        return beginning + string.Concat(Enumerable.Repeat(character, room / each)) + new string(' ', room % each);
    }
}
