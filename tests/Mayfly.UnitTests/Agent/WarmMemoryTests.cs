using CsCheck;
using Mayfly.Agent.Jails;

namespace Mayfly.UnitTests.Agent;

/// <summary>Memory of warm children in the terms of fresh interpreters.</summary>
public sealed class WarmMemoryTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Fresh_interpreter_is_what_its_cgroup_says()
    {
        var fresh = default(WarmMemory);

        Assert.Equal((256 * MiB, 7 * MiB), (fresh.OwnLimit(256 * MiB), fresh.Whole(7 * MiB)));
    }

    [Fact]
    public void Program_that_does_nothing_has_what_is_shared()
    {
        var warm = new WarmMemory(45 * MiB, 4 * MiB, 10);

        Assert.InRange(warm.Whole(4 * MiB), 45 * MiB, 46 * MiB);
    }

    [Fact]
    public void Program_at_its_limit_is_reported_at_its_limit() =>
        Gen.Select(Gen.Long[1, 150], Gen.Long[0, 8], Gen.Long[200, 4096], Gen.Int[0, 30]).Sample((shared, before, limit, percent) =>
        {
            var warm = new WarmMemory(shared * MiB, before * MiB, percent);

            Assert.InRange(warm.Whole(warm.OwnLimit(limit * MiB)), (limit * MiB) - 1, limit * MiB);
        });

    [Fact]
    public void What_a_collector_would_free_is_room() =>
        Assert.Equal(10 * MiB, new WarmMemory(100 * MiB, 0, 0, 10).OwnLimit(256 * MiB) - new WarmMemory(100 * MiB, 0, 0).OwnLimit(256 * MiB));

    [Fact]
    public void Small_limit_leaves_enough_to_begin_with()
    {
        var warm = new WarmMemory(80 * MiB, 3 * MiB, 0);

        Assert.Equal(7 * MiB, warm.OwnLimit(16 * MiB));
    }
}
