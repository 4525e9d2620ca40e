using System.Diagnostics;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Faults;

/// <summary>Any part of a running service is killed or stopped in the middle of work: how long until all is as before, and what it costs.</summary>
/// <remarks>Each writes how long it took; docs/operations.md has what that was on a busy machine. What decides is that all comes back, and what it cost.</remarks>
public sealed class PartFaultTests(SharedService shared) : IClassFixture<SharedService>
{
    private const long MostGrowthBytes = 192L << 20;

    [Theory]
    [InlineData(Part.Agent, "KILL")]
    [InlineData(Part.Jailer, "KILL")]
    [InlineData(Part.PythonZygote, "KILL")]
    [InlineData(Part.JavaScriptZygote, "KILL")]
    [InlineData(Part.Gateway, "KILL")]
    [InlineData(Part.Agent, "STOP")]
    [InlineData(Part.Jailer, "STOP")]
    [InlineData(Part.PythonZygote, "STOP")]
    [InlineData(Part.JavaScriptZygote, "STOP")]
    public async Task A_part_that_dies_or_hangs_is_replaced_and_every_request_is_answered(Part part, string signal)
    {
        var service = await shared.ReadyAsync();
        await using var load = await FaultLoad.StartAsync(service);

        await BreakAsync(service, load, part, signal);

        // Requests on their way at the gateway's death, and those of the time without it.
        await load.EndAsync(part == Part.Gateway ? int.MaxValue : 0);
    }

    [Theory]
    [InlineData(Part.Cells)]
    [InlineData(Part.Gateway)]
    public async Task A_part_that_pauses_goes_on_and_nothing_is_lost(Part part)
    {
        var service = await shared.ReadyAsync();
        await using var load = await FaultLoad.StartAsync(service);
        var process = Assert.Single(Parts.Of(service, part));

        await RunningService.SignalAsync("STOP", process);
        // Who launches and kills is not on the way of a request.
        if (part == Part.Cells) await load.GoesOnAsync();
        await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        await RunningService.SignalAsync("CONT", process);

        await load.GoesOnAsync();
        await load.EndAsync();
    }

    [Fact, Trait("Speed", "slow")]
    public async Task Parts_that_die_and_hang_at_random_points_cost_no_wrong_answer_and_no_wrong_charge()
    {
        var service = await shared.ReadyAsync();
        await using var load = await FaultLoad.StartAsync(service);
        var random = new Random(1);
        (Part Part, string Signal)[] faults =
        [
            (Part.Agent, "KILL"), (Part.Agent, "STOP"), (Part.Jailer, "KILL"), (Part.PythonZygote, "KILL"), (Part.PythonZygote, "STOP"),
            (Part.JavaScriptZygote, "KILL"), (Part.JavaScriptZygote, "STOP"), (Part.Gateway, "KILL"),
        ];

        foreach (var (part, signal) in random.GetItems(faults, 4))
        {
            await Task.Delay(random.Next(1000), TestContext.Current.CancellationToken);
            await BreakAsync(service, load, part, signal);
        }

        await load.EndAsync(int.MaxValue);
    }

    private static async Task BreakAsync(RunningService service, FaultLoad load, Part part, string signal)
    {
        var before = Counts(service);
        var (memory, refused) = (Parts.Resident(service.Gateway), load.Refused);
        var victims = Parts.Of(service, part);
        Assert.NotEmpty(victims);
        var victim = victims[Random.Shared.Next(victims.Count)];
        var begin = Stopwatch.GetTimestamp();

        await RunningService.SignalAsync(signal, victim);

        await RunningService.EventuallyAsync(() => !File.Exists($"/proc/{victim}/stat"), $"{part} {victim} was not taken away after SIG{signal}: {load}");
        await RunningService.EventuallyAsync(() => Counts(service) == before && service.CellsUpAsync().Result == before.Agents, $"{part}: what there was before SIG{signal} did not come back: {load}");
        var recovered = Stopwatch.GetElapsedTime(begin);
        await load.GoesOnAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{part} SIG{signal}: as before after {recovered.TotalSeconds:0.0} s, {load.Refused - refused} refused");
        Assert.InRange(Parts.Resident(service.Gateway), 0, memory + MostGrowthBytes);
    }

    private static (int Agents, int Jailers, int PythonZygotes, int JavaScriptZygotes) Counts(RunningService service) =>
        (Parts.Of(service, Part.Agent).Count, Parts.Of(service, Part.Jailer).Count, Parts.Of(service, Part.PythonZygote).Count, Parts.Of(service, Part.JavaScriptZygote).Count);
}
