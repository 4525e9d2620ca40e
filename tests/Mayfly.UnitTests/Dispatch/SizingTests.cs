using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

public sealed class SizingTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(24, 2, 8)] // the defaults fit
    [InlineData(4, 2, 6)] // 3 GiB for slots: 12 of them
    [InlineData(2, 2, 3)]
    [InlineData(1, 2, 1)] // 768 MiB: 3 slots, in equal cells 1 each
    public void Slots_fit_into_three_quarters_of_the_memory(int gib, int cells, int slots)
    {
        var fitting = new DispatchOptions().FitTo(gib * GiB);

        Assert.Equal((cells, slots), (fitting.Cells, fitting.SlotsPerCell));
        Assert.True(fitting.Cells * fitting.SlotsPerCell * fitting.Limits.MemoryBytes <= gib * GiB * 3 / 4);
    }

    [Fact]
    public void The_smallest_machine_has_one_slot()
    {
        var fitting = new DispatchOptions().FitTo(100 << 20);

        Assert.Equal((1, 1), (fitting.Cells, fitting.SlotsPerCell));
    }

    [Fact]
    public void The_defaults_are_the_contracts()
    {
        var options = new DispatchOptions();

        Assert.Equal(
            (10_000, 256L << 20, 50_000, 100_000, 64, 1_048_576, 64L << 20, 2_000),
            (options.Limits.TimeMs, options.Limits.MemoryBytes, options.Limits.CpuQuotaUs, options.Limits.CpuPeriodUs, options.Limits.Processes,
                options.Limits.OutputBytes, options.Limits.WritableBytes, options.Queue.WaitMs));
        Assert.Null(options.FirstProblem());
    }

    [Fact]
    public void A_bad_number_is_named_with_its_value_and_range()
    {
        var options = new DispatchOptions { SlotsPerCell = 65 };

        Assert.Equal("SlotsPerCell is 65; it must be in 1..64", options.FirstProblem());
    }
}
