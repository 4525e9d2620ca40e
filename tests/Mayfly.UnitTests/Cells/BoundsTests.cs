using CsCheck;
using Mayfly.Cells.Control;
using Mayfly.Cells.Launching;
using Mayfly.Cells.Launching.Runc;
using Mayfly.Protocol.Control;

namespace Mayfly.UnitTests.Cells;

/// <summary>What mayfly-cells accepts from a gateway that may be anybody's.</summary>
public sealed class BoundsTests
{
    private static readonly Bounds s_bounds = new(MaxCells: 4, MaxSlots: 64, MaxMemoryBytes: 8UL << 30, MaxProcesses: 4096);

    private static LaunchCell Wanted(uint slots = 8, ulong memory = 1UL << 30, uint processes = 512) => new() { Cell = 1, Slots = slots, MemoryBytes = memory, Processes = processes };

    [Fact]
    public void Nothing_outside_the_bounds_gets_through() => Gen.Select(Gen.UInt, Gen.ULong, Gen.UInt, Gen.Int[0, 10]).Sample((slots, memory, processes, cells) =>
    {
        var accepted = s_bounds.Refusal(Wanted(slots, memory, processes), cells) is null;

        var within = cells < 4 && slots is >= 1 and <= 64 && memory is >= 64UL << 20 and <= 8UL << 30 && processes is >= 16 and <= 4096;
        return accepted == within;
    });

    [Theory]
    [InlineData(0, 1UL << 30, 512, "slots")]
    [InlineData(65, 1UL << 30, 512, "slots")]
    [InlineData(8, (64UL << 20) - 1, 512, "memory_bytes")]
    [InlineData(8, (8UL << 30) + 1, 512, "memory_bytes")]
    [InlineData(8, 1UL << 30, 15, "processes")]
    [InlineData(8, 1UL << 30, 4097, "processes")]
    public void Just_outside_is_refused_by_name(uint slots, ulong memory, uint processes, string name) =>
        Assert.StartsWith($"{name}: ", s_bounds.Refusal(Wanted(slots, memory, processes), 0), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 64UL << 20, 16)]
    [InlineData(64, 8UL << 30, 4096)]
    public void Just_inside_is_accepted(uint slots, ulong memory, uint processes) => Assert.Null(s_bounds.Refusal(Wanted(slots, memory, processes), 3));

    [Fact]
    public void One_cell_more_than_allowed_is_refused() => Assert.StartsWith("cells: 4 are there", s_bounds.Refusal(Wanted(), 4), StringComparison.Ordinal);

    [Fact]
    public void No_cell_number_is_used_twice_whatever_the_order() => Gen.UInt[0, 400].Array[0, 200].Sample(numbers =>
    {
        var cells = new CellNumbers();
        var used = new HashSet<uint>();
        foreach (var number in numbers)
        {
            var highest = used.Count == 0 ? 0 : used.Max();
            var mayBeUsed = number > 0 && !used.Contains(number) && (number > highest || highest - number < CellNumbers.Window);
            if (cells.TryUse(number) != mayBeUsed) return false;
            if (mayBeUsed) used.Add(number);
        }

        return true;
    });

    [Theory]
    [InlineData(new uint[] { 1, 2, 3 }, true)]
    [InlineData(new uint[] { 2, 1 }, true)] // two threads of the gateway
    [InlineData(new uint[] { 1, 1 }, false)]
    [InlineData(new uint[] { 0 }, false)]
    [InlineData(new uint[] { 128, 1 }, true)]
    [InlineData(new uint[] { 129, 1 }, false)]
    [InlineData(new uint[] { uint.MaxValue, 5 }, false)]
    public void Numbers_may_cross_by_so_much(uint[] numbers, bool lastIsAccepted)
    {
        var cells = new CellNumbers();
        foreach (var number in numbers[..^1]) Assert.True(cells.TryUse(number));

        Assert.Equal(lastIsAccepted, cells.TryUse(numbers[^1]));
    }

    [Fact]
    public void Blocks_of_uids_do_not_overlap_and_stay_where_systemd_leaves_room()
    {
        foreach (var instance in (string[])["000000000000", "ffffffffffff", "0123456789ab"])
        {
            var blocks = new UidBlocks(instance);
            var taken = Enumerable.Range(0, UidBlocks.MaxBlocks).Select(_ => blocks.Take()).ToList();

            Assert.Equal(taken, taken.Distinct());
            Assert.All(taken, first => Assert.InRange(first, 0x7000_0000u, 0x7FFE_0000u - UidBlocks.BlockSize));
            Assert.All(taken, first => Assert.Equal(0u, first % UidBlocks.BlockSize));
            Assert.Throws<LaunchException>(() => blocks.Take());

            blocks.Return(taken[5]);
            Assert.Equal(taken[5], blocks.Take());
        }
    }
}
