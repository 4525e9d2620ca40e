using System.Diagnostics;
using System.Net.Sockets;
using Mayfly.Dispatch;
using Microsoft.Data.Sqlite;

namespace Mayfly.UnitTests.Api;

/// <summary>What happens around the gateway: a database that is away, a shutdown, connections that only take room.</summary>
public sealed class FaultTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_locked_database_is_a_defined_answer_and_the_service_recovers_by_itself()
    {
        var cells = new TestCells();
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        (await gateway.ExecuteAsync()).MustBeResult();
        var (poor, _) = await gateway.Keys.CreateAsync(new("poor") { BudgetMicroUsd = 10_000 });
        var before = cells.Executions;

        await using (var other = new SqliteConnection($"Data Source={gateway.DatabasePath};Pooling=False"))
        {
            await other.OpenAsync(Stop);
            await using var transaction = await other.BeginTransactionAsync(Stop);

            // The first one runs, and is void because its charge cannot be written.
            var first = (await gateway.ExecuteAsync()).MustBe(503, "infrastructure_failure");
            Assert.Equal(0, first.Json.GetProperty("cost").GetDecimal());
            Assert.NotNull(first.Header("Retry-After"));

            // The next ones are refused before anything runs, at once.
            var clock = Stopwatch.StartNew();
            (await gateway.ExecuteAsync()).MustBe(503, "infrastructure_failure");
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
            Assert.Equal(before + 1, cells.Executions);

            // So is one that needs the database earlier than for its charge.
            Assert.True((await gateway.ExecuteAsync(change: request => request.Headers.Add("Idempotency-Key", "key"))).MustBe(503, "infrastructure_failure").Json.TryGetProperty("stdout", out _));
            (await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", poor))).MustBe(503, "infrastructure_failure");

            var ready = await gateway.GetAsync("/healthz/ready");
            Assert.Equal((503, "database"), (ready.Status, ready.Json.GetProperty("failing")[0].GetProperty("name").GetString()));
            Assert.Equal(200, (await gateway.GetAsync("/healthz/live")).Status);
        }

        await TestGateway.UntilAsync(async () => (await gateway.GetAsync("/healthz/ready")).Status == 200);
        (await gateway.ExecuteAsync()).MustBeResult();
        Assert.Equal(["2"], await gateway.QueryAsync("SELECT COUNT(*) FROM charges"));
        Assert.Equal(["ok"], await gateway.QueryAsync("PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_database_that_is_gone_is_a_defined_answer()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.QueryAsync("ALTER TABLE api_keys RENAME TO gone");

        var answer = await gateway.ExecuteAsync();

        Assert.Equal(500, answer.Status);
        answer.MustBe(500, "infrastructure_failure");
        Assert.DoesNotContain("api_keys", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Draining_is_not_ready_first_then_finishes_what_runs_then_closes()
    {
        var go = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        var cells = new TestCells
        {
            Run = async (_, _) =>
            {
                running.SetResult();
                await go.Task;
                return TestGateway.Exit();
            },
            Drained = _ => go.Task,
        };
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        var inFlight = gateway.ExecuteAsync();
        await running.Task;

        var drain = gateway.Gateway.DrainAsync();

        var ready = await gateway.GetAsync("/healthz/ready");
        Assert.Equal((503, "service"), (ready.Status, ready.Json.GetProperty("failing")[0].GetProperty("name").GetString()));
        var refused = (await gateway.ExecuteAsync()).MustBe(503, "draining");
        Assert.Equal("close", refused.Header("Connection"));
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.False(drain.IsCompleted);

        go.SetResult();
        (await inFlight).MustBeResult();
        await drain.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.GetAsync("/healthz/live"));
    }

    [Fact]
    public async Task Connections_that_only_take_room_make_room_for_those_who_ask()
    {
        await using var gateway = await TestGateway.StartAsync(null, ("Http:Connections", "50"));
        var idle = new List<NetworkStream>();
        for (var i = 0; i < 300; i++) idle.Add(await gateway.ConnectAsync());

        Assert.Equal(200, (await gateway.GetAsync("/healthz/live")).Status);
        (await gateway.ExecuteAsync()).MustBeResult();

        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Connections <= 50));
        Assert.Equal("", await TestGateway.ReadToEndAsync(idle[0]));
        foreach (var connection in idle) await connection.DisposeAsync();
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Connections <= 1));
    }

    [Fact]
    public async Task A_connection_with_a_request_in_hand_is_never_taken_away()
    {
        var go = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(
            async (_, _) =>
            {
                await go.Task;
                return TestGateway.Exit();
            },
            ("Http:Connections", "16"));
        var running = Enumerable.Range(0, 16).Select(_ => gateway.ExecuteAsync()).ToList();
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Admitted == 16));

        var late = await WhatIsSaidToAsync(gateway);
        go.SetResult();

        Assert.Equal("", late);
        Assert.All(await Task.WhenAll(running), answer => answer.MustBeResult());
    }

    // One that is turned away at once may hear of it while it still connects.
    private static async Task<string> WhatIsSaidToAsync(TestGateway gateway)
    {
        try
        {
            return await TestGateway.ReadToEndAsync(await gateway.ConnectAsync());
        }
        catch (System.Net.Sockets.SocketException)
        {
            return "";
        }
    }

    [Theory]
    [InlineData("GET /healthz/live HTTP/1.1\r\nHost: ", "a")]
    [InlineData("", "")]
    public async Task A_header_that_comes_too_slowly_ends_the_connection(string start, string drop)
    {
        await using var gateway = await TestGateway.StartAsync(null, ("Http:HeaderSeconds", "1"), ("Http:IdleSeconds", "1"));
        await using var connection = await gateway.ConnectAsync();
        await TestGateway.SendAsync(connection, start);
        var clock = Stopwatch.StartNew();
        var closed = TestGateway.ReadToEndAsync(connection);
        while (!closed.IsCompleted && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(200, Stop);
            try
            {
                await TestGateway.SendAsync(connection, drop);
            }
            catch (IOException)
            {
                break;
            }
        }

        Assert.DoesNotContain("200 OK", await closed, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task A_body_that_comes_too_slowly_ends_the_request()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var connection = await gateway.ConnectAsync();
        await TestGateway.SendAsync(connection, $"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.Secret}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{");
        var clock = Stopwatch.StartNew();

        var answer = await TestGateway.ReadToEndAsync(connection);

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_body_that_stops_half_way_is_no_request()
    {
        var cells = new TestCells();
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        await using (var connection = await gateway.ConnectAsync())
        {
            await TestGateway.SendAsync(connection, $"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.Secret}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{TestGateway.Body()}");
        }

        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Connections == 0));
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Memory.Held == 0));
        Assert.Equal(0, cells.Executions);
    }

    [Fact]
    public async Task An_answer_that_nobody_reads_is_dropped_and_holds_no_memory_for_long()
    {
        var full = new string('\u0001', 1_048_576);
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Exit() with { Stdout = full, Stderr = full }), ("Http:ResponseBytesPerSecond", "1000000"));
        await using var connection = await gateway.ConnectAsync();
        await TestGateway.SendAsync(connection, $"POST {TestGateway.ExecutePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gateway.Secret}\r\nContent-Type: application/json\r\nContent-Length: {TestGateway.Body().Length}\r\n\r\n{TestGateway.Body()}");

        await TestGateway.UntilAsync(async () => (await gateway.QueryAsync("SELECT COUNT(*) FROM charges"))[0] == "1");
        await TestGateway.UntilAsync(() => Task.FromResult(gateway.Gateway.Admitted == 0));
        Assert.InRange(gateway.Gateway.Memory.Held, 1, long.MaxValue);

        var clock = Stopwatch.StartNew();
        while (gateway.Gateway.Memory.Held > 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), "The answer is held.");
            await Task.Delay(100, Stop);
        }

        Assert.DoesNotContain("met a bug", gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_held_memory_is_full_nothing_new_is_taken_in()
    {
        var cells = new TestCells();
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System, null, ("Http:HeldBytes", "16777216"));
        gateway.Gateway.Memory.Hold(16 << 20);

        (await gateway.ExecuteAsync()).MustBe(503, "overloaded");
        gateway.Gateway.Memory.Release(16 << 20);

        (await gateway.ExecuteAsync()).MustBeResult();
        Assert.Equal(1, cells.Executions);
    }

    [Fact]
    public async Task Fifty_refusals_of_a_full_service_are_one_line_in_the_log()
    {
        await using var gateway = await TestGateway.StartAsync((_, _) => Task.FromResult(TestGateway.Failed(FaultCause.Overloaded)));

        for (var i = 0; i < 50; i++) (await gateway.ExecuteAsync()).MustBe(503, "overloaded");

        // A second one only if these took longer than the pause between two.
        Assert.Single(gateway.Log.Text.Split('\n'), line => line.Contains("The service is full: 1 more refused", StringComparison.Ordinal));
        Assert.DoesNotContain("Warning 111", gateway.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_service_refuses_before_it_reads_the_body_but_answers_a_repetition()
    {
        var cells = new TestCells();
        await using var gateway = await TestGateway.StartAsync(cells, TimeProvider.System);
        Task<Answer> RepeatAsync() => gateway.ExecuteAsync(change: request => request.Headers.Add("Idempotency-Key", "once"));
        (await RepeatAsync()).MustBeResult();
        cells.Full = new Fault(FaultCause.Overloaded, "the queue is full", TimeSpan.FromSeconds(1));

        (await RepeatAsync()).MustBeResult();
        var refused = (await gateway.ExecuteAsync("not JSON")).MustBe(503, "overloaded");

        Assert.Equal("1", refused.Header("Retry-After"));
        (await gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", "uc-nobody"))).MustBe(401, "invalid_api_key");
        Assert.Equal(1, cells.Executions);
    }

    [Fact]
    public async Task Refusals_are_quick_when_everything_is_full()
    {
        var go = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(async (_, _) =>
        {
            if (go.Task.IsCompleted) return TestGateway.Failed(FaultCause.Overloaded);
            await go.Task;
            return TestGateway.Exit();
        });
        go.SetResult();
        (await gateway.ExecuteAsync()).MustBe(503, "overloaded");

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++) (await gateway.ExecuteAsync()).MustBe(503, "overloaded");

        Assert.InRange(clock.Elapsed / 20, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }
}
