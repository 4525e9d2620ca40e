namespace Mayfly.ContractTests.Requests;

/// <summary>Idempotency-Key: the same answer again, never a second execution.</summary>
public sealed class IdempotencyTests(Service service) : ServiceTests(service)
{
    // Every execution of it prints something else, so a replay is told from a second run by its output.
    private static readonly byte[] Body = Service.RequestBody("import uuid; print(uuid.uuid4())", "python");
    private static readonly byte[] OtherBody = Service.RequestBody("print('other')", "python");

    [Theory, Case("H20")]
    [InlineData("")]
    [InlineData("\"")]
    public async Task The_same_body_gets_the_first_answer_again(string quote)
    {
        var key = quote + NewKey() + quote;

        var first = await PostAsync(Body, key);
        var second = await PostAsync(Body, key);

        Execution.From(first).AssertExit(0);
        Assert.Empty(first.HeaderValues("Idempotency-Replayed"));
        AssertReplay(first, second);
    }

    [Fact]
    public async Task Bare_and_quoted_are_the_same_key()
    {
        var key = NewKey();

        var bare = await PostAsync(Body, key);
        var quoted = await PostAsync(Body, $"\"{key}\"");

        AssertReplay(bare, quoted);
    }

    [Fact]
    public async Task Without_a_key_the_program_runs_again()
    {
        var first = Execution.From(await Service.PostAsync(Body)).AssertExit(0);
        var second = Execution.From(await Service.PostAsync(Body)).AssertExit(0);

        Assert.NotEqual(first.Stdout, second.Stdout);
    }

    [Fact]
    public async Task Another_key_runs_again()
    {
        var first = Execution.From(await PostAsync(Body, NewKey())).AssertExit(0);
        var second = Execution.From(await PostAsync(Body, NewKey())).AssertExit(0);

        Assert.NotEqual(first.Stdout, second.Stdout);
    }

    [Theory]
    [InlineData("import sys, uuid; print(uuid.uuid4()); sys.exit(3)", 3, null)]
    [InlineData("import uuid; print(uuid.uuid4()); 1 / 0", 1, null)]
    [InlineData("import os, uuid; print(uuid.uuid4()); os.kill(os.getpid(), 9)", 137, "signal")]
    public async Task The_answer_of_a_failing_program_is_an_answer(string code, int exitCode, string? termination)
    {
        var key = NewKey();
        var body = Service.RequestBody(code, "python");

        var first = await PostAsync(body, key);
        var second = await PostAsync(body, key);

        Execution.From(first).AssertExit(exitCode, termination);
        AssertReplay(first, second);
    }

    [Fact]
    public async Task Another_body_is_422()
    {
        var key = NewKey();

        var first = await PostAsync(Body, key);
        Problem.Expect(await PostAsync(OtherBody, key), 422);

        // The refusal changed nothing.
        AssertReplay(first, await PostAsync(Body, key));
    }

    [Fact]
    public async Task Another_language_with_the_same_code_is_422()
    {
        var key = NewKey();

        Execution.From(await PostAsync(Service.RequestBody("1", "python"), key)).AssertExit(0);

        Problem.Expect(await PostAsync(Service.RequestBody("1", "javascript"), key), 422);
    }

    [Fact]
    public async Task While_the_first_runs_the_second_is_409()
    {
        var key = NewKey();
        var body = Service.RequestBody("import time, uuid; time.sleep(2); print(uuid.uuid4())", "python");

        var running = PostAsync(body, key);
        await Task.Delay(700, Stop);
        var during = await PostAsync(body, key);
        var first = await running;

        Problem.Expect(during, 409);
        Execution.From(first).AssertExit(0);
        AssertReplay(first, await PostAsync(body, key));
    }

    [Fact]
    public async Task Ten_at_once_run_once()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(Body, key)));

        Assert.All(answers, a => Assert.True(a.Status is 200 or 409, a.ToString()));
        Assert.Single(answers.Where(a => a.Status == 200).Select(a => Execution.From(a).Stdout).Distinct());
    }

    [Fact]
    public async Task A_refusal_frees_the_key()
    {
        var key = NewKey();

        Problem.Expect(await PostAsync(Service.RequestBody("1", "cobol"), key), 400, "unsupported_language");

        var first = await PostAsync(Body, key);
        Execution.From(first).AssertExit(0);
        Assert.Empty(first.HeaderValues("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public async Task Keys_up_to_255_characters_are_accepted(int length)
    {
        // One character is too little to be new each time: whatever runs, it must not be refused for its length.
        var key = length == 1 ? "k" : NewKey().PadRight(length, 'x');

        var answer = await PostAsync(Service.RequestBody("print('length')", "python"), key);

        Execution.From(answer).AssertExit(0).AssertStdout("length\n");
    }

    [Theory]
    [InlineData("256 characters")]
    [InlineData("4000 characters")]
    [InlineData("empty quotes")]
    public async Task Keys_of_another_form_are_400(string form)
    {
        var key = form switch
        {
            "256 characters" => NewKey().PadRight(256, 'x'),
            "4000 characters" => NewKey().PadRight(4000, 'x'),
            _ => "\"\"",
        };

        Problem.Expect(await PostAsync(Body, key), 400);
    }

    [Fact]
    public async Task Two_keys_in_one_request_are_400()
    {
        // By hand: a client's library would join them to one.
        await using var connection = await Service.ConnectAsync();
        await connection.SendAsync($"POST {Service.ExecutePath} HTTP/1.1\r\nHost: {connection.Host}\r\nAuthorization: Bearer {Service.Key}\r\nContent-Type: application/json\r\n"
            + $"Idempotency-Key: {NewKey()}\r\nIdempotency-Key: {NewKey()}\r\nContent-Length: {Body.Length}\r\n\r\n");
        await connection.SendAsync(Body);

        var answer = await connection.ReceiveAsync();

        Assert.NotNull(answer);
        Problem.Expect(answer, 400);
    }

    [Fact]
    public async Task A_255_character_key_in_quotes_is_accepted()
    {
        var answer = await PostAsync(Body, $"\"{NewKey().PadRight(255, 'y')}\"");

        Execution.From(answer).AssertExit(0);
    }

    private Task<Answer> PostAsync(byte[] body, string key) =>
        Service.PostAsync(body, r => r.Headers.TryAddWithoutValidation("Idempotency-Key", key));

    private static void AssertReplay(Answer first, Answer again)
    {
        Assert.True(again.Status == first.Status, $"expected the answer again, got {again}");
        Assert.Equal("true", Assert.Single(again.HeaderValues("Idempotency-Replayed")));
        Assert.Equal(first.Text, again.Text);
        Assert.NotEqual(first.Header("X-Request-Id"), again.Header("X-Request-Id"));
    }

    private static string NewKey() => "suite-" + Guid.NewGuid().ToString("N");
}
