using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mayfly.HostTests.Faults;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>A micro-VM breaks under load, from outside or from inside: another takes over, every request is answered, charged is what was answered, nothing is left.</summary>
/// <remarks>Each writes how long it took; docs/isolation.md has what that was, by <c>./mayfly chaos microvms</c>. What decides is that all comes back, and what it cost.</remarks>
[Trait("Speed", "slow")]
public sealed partial class MicroVmFaultTests(FaultyGuests guests) : IClassFixture<FaultyGuests>
{
    private const int Clients = 3;

    /// <summary>From outside.</summary>
    [Fact]
    public Task QEMU_that_is_killed_is_replaced_by_the_one_that_stands_by() => BreakAsync("QEMU, SIGKILL", (_, qemu) => RunningService.SignalAsync("KILL", qemu));

    /// <summary>It has not ended, and does nothing: nobody is told.</summary>
    [Fact]
    public Task QEMU_that_is_stopped_is_missed_and_replaced_by_the_one_that_stands_by() => BreakAsync("QEMU, SIGSTOP", (_, qemu) => RunningService.SignalAsync("STOP", qemu));

    /// <summary>Whoever asks meanwhile waits for a boot, or is told to come back.</summary>
    [Fact]
    public async Task Service_whose_guests_all_die_at_once_comes_back_though_none_stands_by()
    {
        var service = await guests.ReadyAsync();
        await using var load = await FaultLoad.StartAsync(service, Clients);
        var all = service.Processes().Where(MicroVm.IsQemu).ToList();
        Assert.Equal(FaultyGuests.Guests, all.Count);
        load.LongestGap();
        var begin = Stopwatch.GetTimestamp();

        await Task.WhenAll(all.Select(qemu => RunningService.SignalAsync("KILL", qemu)));

        await IsAsBeforeAsync("all QEMUs, SIGKILL", service, load, begin, all);
    }

    /// <summary>What happens in the guest, beyond what any program may.</summary>
    [Theory]
    [InlineData("guest-panics")]
    [InlineData("guest-ends")]
    [InlineData("guest-is-deaf")]
    [InlineData("guest-floods")]
    public Task Guest_that_breaks_is_replaced_by_the_one_that_stands_by(string fault) => BreakAsync(fault, async (service, _) =>
    {
        var (status, body) = await service.AskAsync($"import ctypes, time; ctypes.CDLL(None).prctl(15, b'{fault}', 0, 0, 0); time.sleep(50); print('nothing happened')");

        // The program that was in it when it broke: not its fault, and not charged.
        Assert.Equal(500, status);
        Assert.Equal("infrastructure_failure", body.GetProperty("code").GetString());
        Assert.False(body.TryGetProperty("cost", out var cost) && cost.GetDecimal() != 0, body.ToString());
    });

    private async Task BreakAsync(string what, Func<RunningService, int, Task> fault)
    {
        var service = await guests.ReadyAsync();
        await using var load = await FaultLoad.StartAsync(service, Clients);
        var inService = QemuInService(service);
        load.LongestGap();
        var begin = Stopwatch.GetTimestamp();

        await fault(service, inService);

        await IsAsBeforeAsync(what, service, load, begin, [inService]);
    }

    private static async Task IsAsBeforeAsync(string what, RunningService service, FaultLoad load, long begin, IReadOnlyList<int> victims)
    {
        await RunningService.EventuallyAsync(() => !victims.Any(victim => File.Exists($"/proc/{victim}/stat")), $"{what}: QEMU was not taken away: {load}", service.Patience);
        var gone = Stopwatch.GetElapsedTime(begin);
        await load.GoesOnAsync();
        var (gap, refused) = (load.LongestGap(), load.Refused);
        await load.EndAsync();
        // Without the load: emulated, the next guest would boot beside it for minutes.
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == FaultyGuests.Guests, $"{what}: what there was before did not come back: {load}", service.Patience);
        var recovered = Stopwatch.GetElapsedTime(begin);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {what} | gone after {gone.TotalSeconds:0.0} s | longest without an answer {gap.TotalSeconds:0.0} s | all as before after {recovered.TotalSeconds:0.0} s | {load.Right} right, {refused} refused |"));

        // Of the host's: two QEMUs, their cgroups, their bundles; no more.
        var cells = service.Processes().Where(MicroVm.IsQemu).Select(CellOf).Order().ToList();
        Assert.Equal(FaultyGuests.Guests, cells.Count);
        Assert.Equal(cells, service.Cgroups().SelectMany(group => Directory.GetDirectories(group, "cell-*")).Select(path => Path.GetFileName(path)).Distinct().Order());
        foreach (var place in (string[])["cells", "runc"]) Assert.Equal(cells, Directory.GetDirectories($"/proc/{service.Top}/root/run/mayfly/{place}").Select(path => Path.GetFileName(path)).Order());
        Assert.Empty(service.Mounts());
    }

    // By the log, which has a line for each execution: the one that stands by has none.
    private static int QemuInService(RunningService service)
    {
        var cell = $"cell-{Executions().Matches(service.Log)[^1].Groups[1].Value}";
        return service.Processes().Where(MicroVm.IsQemu).Single(process => CellOf(process) == cell);
    }

    private static string CellOf(int process) => Cells().Match(File.ReadAllText($"/proc/{process}/cgroup")).Value;

    [GeneratedRegex(@"Execution \S+ of key \d+ in cell (\d+),")]
    private static partial Regex Executions();

    [GeneratedRegex(@"cell-\d+")]
    private static partial Regex Cells();
}
