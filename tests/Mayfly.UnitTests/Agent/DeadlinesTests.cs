using Mayfly.Agent.Loop;
using Microsoft.Extensions.Time.Testing;

namespace Mayfly.UnitTests.Agent;

/// <summary>Deadlines happen once, in order, not before their time, and not at all when cancelled.</summary>
public sealed class DeadlinesTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Deadlines _deadlines;
    private readonly List<string> _happened = [];

    public DeadlinesTests() => _deadlines = new Deadlines(_clock);

    [Fact]
    public void They_happen_in_the_order_of_their_times()
    {
        After(30, "c");
        After(10, "a");
        After(20, "b");

        Pass(25);
        Assert.Equal(["a", "b"], _happened);
        Pass(25);
        Assert.Equal(["a", "b", "c"], _happened);
    }

    [Fact]
    public void Cancelled_one_does_not_happen()
    {
        var cancelled = After(10, "a");
        After(10, "b");

        cancelled.Cancel();
        cancelled.Cancel();
        Pass(20);

        Assert.Equal(["b"], _happened);
    }

    [Fact]
    public void Wait_ends_at_the_next_one_that_is_not_cancelled()
    {
        Assert.Equal(-1, _deadlines.MillisecondsToNext());
        var first = After(10, "a");
        After(500, "b");
        Assert.InRange(_deadlines.MillisecondsToNext(), 10, 11);

        first.Cancel();

        Assert.InRange(_deadlines.MillisecondsToNext(), 500, 501);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _deadlines.MillisecondsToNext());
    }

    [Fact]
    public void Cancelled_ones_do_not_pile_up()
    {
        for (var i = 0; i < 10_000; i++) After(60_000, "never").Cancel();

        Assert.InRange(_deadlines.Count, 0, 600);
    }

    [Fact]
    public void One_may_set_the_next()
    {
        _deadlines.After(TimeSpan.FromMilliseconds(1), () => After(1, "second"));

        Pass(5);
        Pass(5);

        Assert.Equal(["second"], _happened);
    }

    private Deadline After(int milliseconds, string what) => _deadlines.After(TimeSpan.FromMilliseconds(milliseconds), () => _happened.Add(what));

    private void Pass(int milliseconds)
    {
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _deadlines.RunDue();
    }
}
