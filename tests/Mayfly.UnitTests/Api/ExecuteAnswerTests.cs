using System.IO.Pipelines;
using System.Text;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Api;

public sealed class ExecuteAnswerTests
{
    private static readonly string[] Fields = ["stdout", "stderr", "exitCode", "executionTimeMs", "memoryUsageMb", "timedOut", "error", "cost"];

    [Fact]
    public async Task An_ordinary_answer_has_the_eight_fields_and_no_other()
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = (await gateway.ExecuteAsync()).MustBeResult();

        Assert.Equal(Fields, answer.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""{"stdout":"print(1)","stderr":"","exitCode":0,"executionTimeMs":12.35,"memoryUsageMb":10,"timedOut":false,"error":null,"cost":0.002}""", answer.Text);
    }

    [Theory]
    [InlineData(8 * 1024, true)]
    [InlineData((8 * 1024) + 1, false)]
    public async Task A_short_answer_says_its_length_and_a_long_one_comes_in_pieces(int characters, bool isShort)
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = new string('é', characters) }));
        using var request = new HttpRequestMessage(HttpMethod.Post, TestGateway.ExecutePath) { Content = new StringContent("""{"language":"python","code":"x"}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", gateway.Secret);

        using var answer = await gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        Assert.Equal(isShort, answer.Headers.TransferEncodingChunked is not true);
        Assert.StartsWith($$"""{"stdout":"{{new string('é', characters)}}","stderr":"","exitCode":0,""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Signal", 139, false, "signal")]
    [InlineData("Timeout", 124, true, "timeout")]
    [InlineData("OutOfMemory", 137, false, "out_of_memory")]
    [InlineData("Cancelled", 137, false, "cancelled")]
    public async Task What_is_no_plain_exit_says_so(string termination, int exitCode, bool timedOut, string named)
    {
        var result = TestGateway.Exit(exitCode) with { Termination = Enum.Parse<Termination>(termination) };
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(result));

        var json = (await gateway.ExecuteAsync()).MustBeResult().Json;

        Assert.Equal([.. Fields, "termination"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(named, json.GetProperty("termination").GetString());
        Assert.Equal(timedOut, json.GetProperty("timedOut").GetBoolean());
        Assert.Equal(exitCode, json.GetProperty("exitCode").GetInt32());
        Assert.Equal("0.002", json.GetProperty("cost").GetRawText());
    }

    [Theory]
    [InlineData(124)]
    [InlineData(137)]
    public async Task A_program_that_exits_with_our_numbers_keeps_them_without_a_termination(int code)
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit(code)));

        var json = (await gateway.ExecuteAsync()).MustBeResult().Json;

        Assert.Equal(Fields, json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(code, json.GetProperty("exitCode").GetInt32());
        Assert.False(json.GetProperty("timedOut").GetBoolean());
    }

    [Theory]
    [InlineData(true, false, """{"stdout":true}""")]
    [InlineData(false, true, """{"stderr":true}""")]
    [InlineData(true, true, """{"stdout":true,"stderr":true}""")]
    public async Task Cut_streams_are_named_and_only_they(bool stdout, bool stderr, string expected)
    {
        var result = TestGateway.Exit() with { StdoutTruncated = stdout, StderrTruncated = stderr };
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(result));

        Assert.Equal(expected, (await gateway.ExecuteAsync()).Json.GetProperty("truncated").GetRawText());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(10_000, "0.01")]
    [InlineData(12_345, "0.01")]
    [InlineData(15_000, "0.02")]
    [InlineData(1_234_567, "1.23")]
    [InlineData(100_032_700, "100.03")]
    public async Task Times_have_two_decimals_at_most(long nanoseconds, string expected)
    {
        var result = TestGateway.Exit() with { WallTime = TimeSpan.FromTicks(nanoseconds / 100) };
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(result));

        var milliseconds = (await gateway.ExecuteAsync()).Json.GetProperty("executionTimeMs").GetRawText();

        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(milliseconds.Length - (milliseconds.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? dot + 1 : milliseconds.Length), 0, 2);
    }

    [Theory]
    [InlineData("<script>alert('&é')</script>", "<script>alert('&é')</script>")]
    [InlineData("\0\u0001\u001b[31m\r\n\"\\", "\\u0000\\u0001\\u001B[31m\\r\\n\\\"\\\\")]
    public async Task Output_comes_back_as_it_is(string output, string inJson)
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = output }));

        var answer = (await gateway.ExecuteAsync()).MustBeResult();

        Assert.Equal(output, answer.Json.GetProperty("stdout").GetString());
        Assert.Contains(inJson, answer.Text, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("😀")]
    [InlineData("x😀")]
    public async Task Both_streams_full_come_back_whole(string piece)
    {
        var full = string.Concat(Enumerable.Repeat(piece, 1_048_576 / Encoding.UTF8.GetByteCount(piece)));
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = full, Stderr = full }));

        var json = (await gateway.ExecuteAsync()).MustBeResult().Json;

        Assert.Equal(full, json.GetProperty("stdout").GetString());
        Assert.Equal(full, json.GetProperty("stderr").GetString());
    }

    [Fact]
    public async Task Any_text_comes_back_whole()
    {
        var output = "";
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = output, Stderr = output }));
        var random = new Random(7);
        foreach (var length in (int[])[0, 1, 8191, 8192, 8193, 16384, 16385, 70_000])
        {
            output = string.Concat(Enumerable.Range(0, length).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x10000, 0x110000) : random.Next(0xD800))));

            var json = (await gateway.ExecuteAsync()).MustBeResult().Json;

            Assert.Equal(output, json.GetProperty("stdout").GetString());
            Assert.Equal(output, json.GetProperty("stderr").GetString());
        }
    }

    [Fact]
    public async Task However_long_an_answer_is_little_of_it_is_in_memory_as_JSON()
    {
        var full = new string('\u0001', 1_048_576);
        var writer = new CountingWriter(PipeWriter.Create(Stream.Null));

        await new ExecuteResponse(TestGateway.Exit() with { Stdout = full, Stderr = full }, 2_000).WriteAsync(writer, TestContext.Current.CancellationToken);

        Assert.InRange(writer.Most, 1, 256 * 1024);
    }

    [Theory]
    [InlineData("Overloaded", 503, "overloaded", true)]
    [InlineData("Draining", 503, "draining", true)]
    [InlineData("NoCell", 503, "infrastructure_failure", true)]
    [InlineData("CellLost", 500, "infrastructure_failure", false)]
    [InlineData("ProtocolViolation", 500, "infrastructure_failure", false)]
    [InlineData("JailFailed", 500, "infrastructure_failure", false)]
    [InlineData("CellSilent", 500, "infrastructure_failure", false)]
    public async Task A_failure_of_ours_is_a_problem_and_costs_nothing(string cause, int status, string code, bool retryAfter)
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(Enum.Parse<FaultCause>(cause))));

        var answer = (await gateway.ExecuteAsync()).MustBe(status, code);

        Assert.Equal(retryAfter, answer.Header("Retry-After") is not null);
        Assert.DoesNotContain("secret detail", answer.Text, StringComparison.Ordinal);
        if (code == "infrastructure_failure")
        {
            Assert.All(Fields, field => Assert.True(answer.Json.TryGetProperty(field, out _), field));
            Assert.Equal(-1, answer.Json.GetProperty("exitCode").GetInt32());
            Assert.Equal(0, answer.Json.GetProperty("cost").GetDecimal());
            Assert.Equal("infrastructure", answer.Json.GetProperty("termination").GetString());
        }
        else
        {
            Assert.False(answer.Json.TryGetProperty("stdout", out _));
        }

        Assert.Equal(0, (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json.GetProperty("executions").GetInt64());
    }

    [Fact]
    public async Task A_failure_after_the_start_costs_nothing_either()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(FaultCause.CellLost) with { Started = true }));

        (await gateway.ExecuteAsync()).MustBe(500, "infrastructure_failure");

        Assert.Equal(0, (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json.GetProperty("cost").GetDecimal());
    }

    [Fact]
    public async Task A_bug_is_a_problem_of_the_same_shape_and_says_nothing()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => throw new InvalidOperationException("canary of the inside"));

        var answer = (await gateway.ExecuteAsync()).MustBe(500, "infrastructure_failure");

        Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
        Assert.All(Fields, field => Assert.True(answer.Json.TryGetProperty(field, out _), field));
        Assert.Contains("canary", gateway.Log.Text, StringComparison.Ordinal);
        Assert.Contains(answer.Header("X-Request-Id")!, gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_cell_says_of_a_failure_cannot_forge_a_log_line()
    {
        var fault = new Fault(FaultCause.CellLost, "lost\r\n2026-01-01 fine\u001b[2J" + new string('a', 10_000));
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(FaultCause.CellLost) with { Fault = fault }));

        await gateway.ExecuteAsync();

        var line = gateway.Log.Text.Split('\n').Single(line => line.Contains("lost??2026", StringComparison.Ordinal));
        Assert.InRange(line.Length, 1, 700);
    }

    [Fact]
    public async Task Neither_key_nor_code_nor_output_is_logged()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = "canary-output" }));

        await gateway.ExecuteAsync(TestGateway.Body("canary-code"));
        await gateway.ExecuteAsync("""{"code":"canary-code","language":"canary-language"}""");
        await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", gateway.Secret + "0"));

        Assert.DoesNotContain("canary", gateway.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Secret, gateway.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Secret, Encoding.Latin1.GetString(await ReadSharedAsync(gateway.DatabasePath)), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Secret, Encoding.Latin1.GetString(await ReadSharedAsync(gateway.DatabasePath + "-wal")), StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Remembers the most that was written between two flushes.</summary>
    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public long Most { get; private set; }

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            inner.Advance(bytes);
            Most = Math.Max(Most, UnflushedBytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
