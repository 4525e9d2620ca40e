using Mayfly.Accounts;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.UnitTests.Api;

/// <summary>The machine's wall clock is set while the gateway runs: an hour back or forth.</summary>
public sealed class ClockStepTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SteppedTime _time = new(s_start);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_step_opens_no_rate_limit_and_keeps_none_closed(int hours)
    {
        await using var gateway = await TestGateway.StartAsync(new TestCells(), _time, null, ("Admission:RatePerMinute", "1"));
        (await gateway.ExecuteAsync()).MustBeResult();

        _time.Step(hours);
        (await gateway.ExecuteAsync()).MustBe(429, "rate_limited");
        _time.Advance(TimeSpan.FromSeconds(61));

        (await gateway.ExecuteAsync()).MustBeResult();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_step_repeats_no_execution_and_charges_each_once(int hours)
    {
        var cells = new TestCells();
        await using var gateway = await TestGateway.StartAsync(cells, _time);
        (await gateway.ExecuteAsync(change: Repeatable)).MustBeResult();

        _time.Step(hours);
        Assert.Equal("true", (await gateway.ExecuteAsync(change: Repeatable)).MustBeResult().Header("Idempotency-Replayed"));
        (await gateway.ExecuteAsync()).MustBeResult();

        Assert.Equal(2, cells.Executions);
        Assert.Equal(2, (await gateway.GetAsync("/v1/usage", gateway.Secret)).Json.GetProperty("executions").GetInt32());
        Assert.Equal(200, (await gateway.GetAsync("/healthz/ready")).Status);
    }

    // What is promised of an instant is judged by the clock: a key ends when the clock says so, and only then.
    [Fact]
    public async Task A_key_ends_by_the_clock_as_it_is_set()
    {
        await using var gateway = await TestGateway.StartAsync(new TestCells(), _time);
        var (secret, _) = await gateway.Keys.CreateAsync(new KeyTerms("half an hour") { ExpiresAt = s_start.AddMinutes(30) });
        Task<Answer> ExecuteAsync() => gateway.ExecuteAsync(change: request => request.Headers.Authorization = new("Bearer", secret));
        (await ExecuteAsync()).MustBeResult();

        _time.Step(1);
        (await ExecuteAsync()).MustBe(401, "invalid_api_key");
        _time.Step(-1);
        (await ExecuteAsync()).MustBeResult();
    }

    [Fact]
    public void A_cells_agent_measures_nothing_by_the_wall_clock()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Docs.Repository.Root, "src/Mayfly.Agent"), "*.cs", SearchOption.AllDirectories).ToList();
        Assert.True(sources.Count > 50, $"{sources.Count} files found");
        Assert.All(sources, source => Assert.DoesNotMatch(@"\bDateTime|UtcNow|Environment\.TickCount(?!64)", File.ReadAllText(source)));
    }

    private static void Repeatable(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", "step");

    /// <summary>A wall clock that can be set; timers and the monotonic clock go on as if nothing were.</summary>
    private sealed class SteppedTime(DateTimeOffset start) : TimeProvider
    {
        private readonly FakeTimeProvider _steady = new(start);
        private TimeSpan _offset;

        public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow() + _offset;

        public override long TimestampFrequency => _steady.TimestampFrequency;

        public override long GetTimestamp() => _steady.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _steady.CreateTimer(callback, state, dueTime, period);

        public void Step(int hours) => _offset += TimeSpan.FromHours(hours);

        public void Advance(TimeSpan time) => _steady.Advance(time);
    }
}
