using Mayfly.Agent.Jails;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Agent;

/// <summary>Which jail a program gets when there are several kinds, and one of them has lost its parent.</summary>
public sealed class SpareKindTests : IDisposable
{
    private readonly FakeZygote _zygote = new();
    private readonly ScriptedCell _cell;
    private IJailParent? _parent;

    public SpareKindTests() => _cell = new ScriptedCell(slots: 2, new SpareKind("python", () => _parent, 0, 2));

    public void Dispose() => _cell.Dispose();

    private SpareKind Warm => _cell.Pool.Kinds[0];

    [Fact]
    public void Kind_without_a_parent_is_served_by_the_cold_path()
    {
        _cell.BecomeReady();
        Jail? taken = null;

        _cell.Pool.Take(Warm, jail => taken = jail);

        Assert.NotNull(taken);
        Assert.Null(taken!.Parent!.Tier);
    }

    [Fact]
    public void Program_that_waits_when_the_parent_is_lost_gets_the_cold_spare_that_is_there()
    {
        _cell.BecomeReady();
        _parent = _zygote;
        Jail? taken = null;
        _cell.Pool.Take(Warm, jail => taken = jail);
        Assert.Null(taken);

        _parent = null;
        Warm.OnParentChange();

        Assert.NotNull(taken);
        Assert.Null(taken!.Parent!.Tier);
    }

    [Fact]
    public void Demand_makes_a_kind_keep_more_and_quiet_makes_it_keep_less_again()
    {
        Assert.Equal(0, Warm.Target);
        Warm.OnMissed();
        Warm.OnMissed();
        Warm.OnMissed();
        Assert.Equal(2, Warm.Target);

        Warm.Shrink(); // the period in which it grew
        Assert.Equal(2, Warm.Target);
        Warm.Shrink();
        Warm.Shrink();
        Warm.Shrink();
        Assert.Equal(0, Warm.Target);
        Assert.False(Warm.IsLarge);
    }

    [Fact]
    public void Wait_that_was_given_up_is_passed_over()
    {
        _cell.BecomeReady();
        _parent = _zygote;
        var served = new List<int>();
        _cell.Pool.Take(Warm, _ => served.Add(1)).Cancel();
        _cell.Pool.Take(Warm, _ => served.Add(2));

        _parent = null;
        Warm.OnParentChange();

        Assert.Equal([2], served);
    }

    private sealed class FakeZygote : IJailParent
    {
        public string? Tier => "python";

        public int CopiedPercent => 0;

        public int GarbagePercent => 0;

        public long SharedBytes(int imports) => 0;

        public void Send(in Request request, params SafeFileHandle[] descriptors) => throw new InvalidOperationException("nothing is forked here");

        public void GiveUp(string why) => throw new InvalidOperationException(why);
    }
}
