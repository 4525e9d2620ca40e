using CsCheck;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

public sealed class FairQueueTests
{
    [Fact]
    public void Turns_take_turns_whatever_the_burst()
    {
        var queue = new FairQueue<string>(100);
        foreach (var item in (string[])["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) Add(queue, item);

        Assert.Equal(["a1", "b1", "c1", "a2", "b2", "a3", "a4"], TakeAll(queue));
    }

    [Fact]
    public void A_turn_that_comes_again_waits_for_the_others()
    {
        var queue = new FairQueue<string>(100);
        foreach (var item in (string[])["a1", "b1"]) Add(queue, item);
        Assert.True(queue.TryTake(out _));

        Add(queue, "a2");

        Assert.Equal(["b1", "a2"], TakeAll(queue));
    }

    [Fact]
    public void A_full_queue_refuses_who_holds_the_most()
    {
        var queue = new FairQueue<string>(3);
        foreach (var item in (string[])["a1", "a2", "a3"]) Add(queue, item);

        Assert.Null(queue.TryAdd('a', "a4", out var displaced));

        Assert.Null(displaced);
        Assert.Equal(3, queue.Count);
    }

    [Fact]
    public void A_burst_does_not_keep_others_out_of_a_full_queue()
    {
        var queue = new FairQueue<string>(4);
        foreach (var item in (string[])["a1", "a2", "a3", "a4"]) Add(queue, item);

        Assert.NotNull(queue.TryAdd('b', "b1", out var first));
        Assert.NotNull(queue.TryAdd('b', "b2", out var second));
        Assert.Null(queue.TryAdd('b', "b3", out _));

        Assert.Equal(("a4", "a3"), (first, second));
        Assert.Equal(["a1", "b1", "a2", "b2"], TakeAll(queue));
    }

    [Fact]
    public void Without_places_nothing_waits() => Assert.Null(new FairQueue<string>(0).TryAdd(1, "x", out _));

    [Fact]
    public void What_was_removed_is_not_taken()
    {
        var queue = new FairQueue<string>(10);
        var place = queue.TryAdd('a', "a1", out _)!.Value;
        Add(queue, "a2");

        Assert.True(queue.Remove(place));
        Assert.False(queue.Remove(place));

        Assert.Equal(["a2"], TakeAll(queue));
    }

    [Fact]
    public void Whatever_happens_nothing_is_lost_doubled_or_out_of_its_turns_order() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 1_000]).List[0, 200].Sample(steps =>
        {
            const int Capacity = 12;
            var queue = new FairQueue<Item>(Capacity);
            var inside = new List<Item>();
            foreach (var (what, turn, which) in steps)
            {
                if (what <= 1)
                {
                    var item = new Item(turn, which);
                    var promised = queue.HasPlaceFor(turn);
                    var place = queue.TryAdd(turn, item, out var displaced);
                    Assert.Equal(promised, place is not null);
                    if (displaced is not null) Assert.True(inside.Remove(displaced));
                    if (place is { } taken)
                    {
                        item.Place = taken;
                        inside.Add(item);
                    }
                    else
                    {
                        Assert.Equal(Capacity, queue.Count);
                    }
                }
                else if (what == 2)
                {
                    Assert.Equal(inside.Count > 0, queue.TryTake(out var item));
                    if (item is null) continue;
                    Assert.Same(inside.First(other => other.Turn == item.Turn), item);
                    inside.Remove(item);
                }
                else if (inside.Count > 0)
                {
                    var item = inside[which % inside.Count];
                    Assert.True(queue.Remove(item.Place));
                    inside.Remove(item);
                }

                Assert.Equal(inside.Count, queue.Count);
                Assert.InRange(queue.Count, 0, Capacity);
            }

            Assert.Equal(inside.OrderBy(item => item.Turn).ToList(), TakeAll(queue).OrderBy(item => item.Turn).ToList());
        });

    private static void Add(FairQueue<string> queue, string item) => Assert.NotNull(queue.TryAdd(item[0], item, out _));

    private static List<T> TakeAll<T>(FairQueue<T> queue)
        where T : class
    {
        var taken = new List<T>();
        while (queue.TryTake(out var item)) taken.Add(item);
        Assert.Equal(0, queue.Count);
        return taken;
    }

    private sealed class Item(int turn, int which)
    {
        internal int Turn => turn;

        internal FairQueue<Item>.Place Place { get; set; }

        public override string ToString() => $"{turn}/{which}";
    }
}
