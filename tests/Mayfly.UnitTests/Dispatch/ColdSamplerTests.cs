using System.Diagnostics.Metrics;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>A share of warm executions is run again, cold.</summary>
public sealed class ColdSamplerTests : IDisposable
{
    private static readonly Execution s_program = new() { Language = Language.Python, Code = "print(1)"u8.ToArray() };
    private static readonly ExecutionResult s_warm = new() { Termination = Termination.Exit, Started = true, ExitCode = 0, Stdout = "1\n", Tier = "python" };

    private readonly Meter _meter = new("test");
    private readonly MeterListener _listener = new();
    private readonly List<string> _counted = [];
    private readonly List<Execution> _ran = [];

    public ColdSamplerTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter && instrument.Name == "mayfly.executions.sampled") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _counted.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Theory]
    [InlineData("1\n", "python alike")]
    [InlineData("2\n", "python different")]
    public async Task Warm_execution_is_run_cold_and_compared(string coldOutput, string expected)
    {
        var sampler = Sampler(100, s_warm with { Stdout = coldOutput, Tier = ExecutionResult.Cold });

        sampler.Consider(s_program, 7, s_warm);
        await WaitFor(() => _counted.Count > 0);

        Assert.Equal([expected], _counted);
        Assert.True(Assert.Single(_ran).Cold);
    }

    [Fact]
    public void Nothing_is_run_when_it_is_off_or_slots_are_short_or_there_is_nothing_to_compare()
    {
        Sampler(0, s_warm).Consider(s_program, 7, s_warm);
        Sampler(100, s_warm, calm: false).Consider(s_program, 7, s_warm);
        Sampler(100, s_warm).Consider(s_program, 7, s_warm with { Tier = ExecutionResult.Cold });
        Sampler(100, s_warm).Consider(s_program, 7, s_warm with { Termination = Termination.Timeout });

        Assert.Empty(_ran);
    }

    [Fact]
    public async Task One_runs_at_a_time_and_a_failure_of_ours_counts_for_nothing()
    {
        var first = new TaskCompletionSource<ExecutionResult>();
        var sampler = new ColdSampler(100, () => true, (execution, turn) => { Assert.Equal(7, turn); _ran.Add(execution); return first.Task; }, new DispatchMetrics(_meter));

        sampler.Consider(s_program, 7, s_warm);
        sampler.Consider(s_program, 7, s_warm);
        await WaitFor(() => _ran.Count > 0);
        Assert.Single(_ran);

        first.SetResult(ExecutionResult.Failed(new Fault(FaultCause.NoCell, "none"), started: false));
        await WaitFor(() => { sampler.Consider(s_program, 7, s_warm); return _ran.Count > 1; });
        Assert.Empty(_counted);
    }

    private ColdSampler Sampler(int percent, ExecutionResult cold, bool calm = true) =>
        new(percent, () => calm, (execution, turn) => { Assert.Equal(7, turn); _ran.Add(execution); return Task.FromResult(cold); }, new DispatchMetrics(_meter));

    private static async Task WaitFor(Func<bool> condition)
    {
        for (var i = 0; i < 5000 && !condition(); i++) await Task.Delay(2);
        Assert.True(condition());
    }
}
