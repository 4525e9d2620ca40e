using System.Net;
using CsCheck;
using Mayfly.Admission;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.UnitTests.Admission;

public sealed class TokenBucketTests
{
    [Fact]
    public void Never_gives_more_than_its_rate_and_burst()
    {
        Gen.Select(Gen.Int[1, 6000], Gen.Int[1, 100], Gen.Int[0, 3000].Array[1, 200]).Sample((perMinute, capacity, pauses) =>
        {
            var time = new FakeTimeProvider();
            var bucket = new TokenBucket(perMinute, capacity, time);
            var taken = 0;
            foreach (var pause in pauses)
            {
                time.Advance(TimeSpan.FromMilliseconds(pause));
                if (bucket.TryTake() is null) taken++;
            }

            return taken <= capacity + (pauses.Sum() / 60_000d * perMinute) + 1e-6;
        });
    }

    [Fact]
    public void What_it_says_of_waiting_is_true()
    {
        Gen.Select(Gen.Int[1, 6000], Gen.Int[1, 20]).Sample((perMinute, capacity) =>
        {
            var time = new FakeTimeProvider();
            var bucket = new TokenBucket(perMinute, capacity, time);
            for (var i = 0; i < capacity; i++) if (bucket.TryTake() is not null) return false;
            var wait = bucket.TryTake();
            if (wait is null) return false;
            time.Advance(wait.Value - TimeSpan.FromMilliseconds(1));
            if (wait > TimeSpan.FromMilliseconds(1) && bucket.TryTake() is null) return false;
            time.Advance(TimeSpan.FromMilliseconds(1.1));
            return bucket.TryTake() is null;
        });
    }

    [Fact]
    public void A_step_of_the_wall_clock_changes_nothing()
    {
        var time = new SteppingClock();
        var bucket = new TokenBucket(60, 1, time);
        Assert.Null(bucket.TryTake());

        time.WallClock += TimeSpan.FromHours(1);
        Assert.NotNull(bucket.TryTake());
        time.WallClock -= TimeSpan.FromHours(2);
        time.Monotonic += TimeSpan.FromSeconds(1);

        Assert.Null(bucket.TryTake());
    }

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset WallClock { get; set; } = DateTimeOffset.UnixEpoch;

        public TimeSpan Monotonic { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => WallClock;

        public override long GetTimestamp() => Monotonic.Ticks;
    }
}

public sealed class FailedAttemptsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void One_address_is_slowed_for_itself_alone()
    {
        var attempts = new FailedAttempts(new AdmissionOptions { FailuresPerMinute = 3 }, _time);
        for (var i = 0; i < 3; i++) Assert.Equal(RefusalCause.UnknownKey, attempts.Add(IPAddress.Parse("192.0.2.1")).Cause);

        Assert.Equal(RefusalCause.TooManyBadKeys, attempts.Add(IPAddress.Parse("192.0.2.1")).Cause);
        Assert.Equal(RefusalCause.TooManyBadKeys, attempts.Add(IPAddress.Parse("::ffff:192.0.2.1")).Cause);
        Assert.Equal(RefusalCause.UnknownKey, attempts.Add(IPAddress.Parse("192.0.2.2")).Cause);
        Assert.Equal(RefusalCause.UnknownKey, attempts.Add(null).Cause);
    }

    [Fact]
    public void An_IPv6_network_of_one_customer_counts_as_one()
    {
        var attempts = new FailedAttempts(new AdmissionOptions { FailuresPerMinute = 1 }, _time);
        attempts.Add(IPAddress.Parse("2001:db8::1"));

        Assert.Equal(RefusalCause.TooManyBadKeys, attempts.Add(IPAddress.Parse("2001:db8::ffff:1")).Cause);
        Assert.Equal(RefusalCause.UnknownKey, attempts.Add(IPAddress.Parse("2001:db8:0:1::1")).Cause);
    }

    [Fact]
    public void A_hundred_thousand_addresses_take_bounded_room()
    {
        var attempts = new FailedAttempts(new AdmissionOptions { FailuresPerMinute = 1 }, _time);

        for (var i = 0; i < 100_000; i++) attempts.Add(new IPAddress(i));

        Assert.InRange(attempts.Addresses, 1, 50_000);
    }
}

public sealed class HeldMemoryTests
{
    [Fact]
    public void Parallel_holders_leave_nothing_behind_and_the_limit_holds()
    {
        var memory = new HeldMemory(1_000);
        Parallel.For(0, 10_000, _ =>
        {
            if (memory.TryHold(100)) memory.Release(100);
        });

        Assert.Equal(0, memory.Held);
        Assert.True(memory.TryHold(1_000));
        Assert.False(memory.TryHold(1));
        Assert.True(memory.IsFull);
    }
}
