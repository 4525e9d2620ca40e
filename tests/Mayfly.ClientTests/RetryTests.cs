using Mayfly.Client;

namespace Mayfly.ClientTests;

public sealed class RetryTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Waits_double_up_to_a_bound() =>
        Assert.Equal([0.5, 1, 2, 4, 8, 8, 8], ((int[])[1, 2, 3, 4, 5, 6, int.MaxValue]).Select(attempt => Retries.WaitBefore(attempt, null, 1)!.Value.TotalSeconds));

    [Fact]
    public void Jitter_takes_at_most_half_of_a_wait()
    {
        Assert.Equal(TimeSpan.FromSeconds(0.25), Retries.WaitBefore(1, null, 0));
        Assert.Equal(TimeSpan.FromSeconds(4), Retries.WaitBefore(5, null, 0));
    }

    [Fact]
    public void Retry_after_is_a_lower_bound()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Retries.WaitBefore(1, TimeSpan.FromSeconds(7), 0));
        Assert.Equal(TimeSpan.FromSeconds(4), Retries.WaitBefore(5, TimeSpan.FromSeconds(1), 0));
    }

    [Fact]
    public void A_retry_after_of_a_minute_is_waited_for_and_a_longer_one_is_not()
    {
        Assert.Equal(TimeSpan.FromSeconds(60), Retries.WaitBefore(1, TimeSpan.FromSeconds(60), 0));
        Assert.Null(Retries.WaitBefore(1, TimeSpan.FromSeconds(61), 0));
    }

    [Theory]
    [InlineData("5", 5.0)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30.0)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0.0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData(null, null)]
    public void Retry_after_is_seconds_or_a_date(string? header, double? seconds) => Assert.Equal(seconds, Retries.ParseRetryAfter(header, Now)?.TotalSeconds);

    [Fact]
    public void A_number_of_seconds_beyond_all_measure_is_a_long_time() => Assert.Null(Retries.WaitBefore(1, Retries.ParseRetryAfter("9223372036854775807", Now), 0));

    [Fact]
    public void Only_what_may_pass_is_tried_again()
    {
        Assert.All((int?[])[null, 200, 408, 409, 429, 500, 502, 503, 504], status => Assert.True(Retries.IsWorthRetrying(status)));
        Assert.All((int?[])[301, 307, 400, 401, 402, 403, 404, 413, 415, 422], status => Assert.False(Retries.IsWorthRetrying(status)));
    }
}
