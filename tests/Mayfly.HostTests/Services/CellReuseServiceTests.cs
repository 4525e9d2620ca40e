using System.Globalization;
using System.Text.RegularExpressions;

namespace Mayfly.HostTests.Services;

/// <summary>Which keys meet in a cell, in a running service: by what programs see of their cell, and by the gateway's own records.</summary>
public sealed partial class CellReuseServiceTests
{
    // The cell's range of host uids: no two cells have the same at a time. A program can tell its cell by it.
    private const string TellTheCell = "print(open('/proc/self/uid_map').read().split()[1])";

    [Fact]
    public async Task Two_keys_under_load_never_meet_in_a_cell_and_a_third_gets_a_fresh_one()
    {
        using var service = await RunningService.StartAsync(
            "--cells", "2", "--slots", "2", "--warm", "false", "--set", "CellReuse=key", "--set", "StandbyCells=1", "--set", "Queue:WaitMs=60000", "--set", "Limits:CpuQuotaUs=100000");
        string[] keys = [service.CreateKey(), service.CreateKey()];

        var seen = await Task.WhenAll(keys.Select(async key =>
        {
            var answers = new List<string>();
            for (var i = 0; i < 6; i++)
            {
                var both = await Task.WhenAll(service.ExecuteAsync(TellTheCell, key: key), service.ExecuteAsync(TellTheCell, key: key));
                answers.AddRange(both.Select(result => result.GetProperty("stdout").GetString()!.Trim()));
            }

            return answers;
        }));
        var used = await CellsByKeyAsync(service, executions: 24);

        Assert.All(seen, answers => Assert.Equal(12, answers.Count));
        Assert.Equal(2, used.Count);
        Assert.Empty(used.Values.First().Intersect(used.Values.Last()));

        // Where nothing was recycled, no range of uids had two owners either.
        if (!service.Log.Contains("is recycled", StringComparison.Ordinal)) Assert.Empty(seen[0].Intersect(seen[1]));

        await service.ExecuteAsync(TellTheCell, key: service.CreateKey());
        var third = (await CellsByKeyAsync(service, executions: 25)).Where(one => !used.ContainsKey(one.Key)).Select(one => one.Value);
        Assert.Empty(Assert.Single(third).Intersect(used.Values.SelectMany(cells => cells)));
        await RunningService.EventuallyAsync(() => service.Log.Contains("another key needs a cell", StringComparison.Ordinal), "the idle cell of another key is recycled");
        await RunningService.EventuallyAsync(() => OneStandby().IsMatch(service.MetricsAsync().Result), "a standby is ready again");
    }

    [Fact]
    public async Task With_never_each_execution_has_another_cell_and_waits_for_it_where_none_stands_by()
    {
        using var service = await RunningService.StartAsync(
            "--cells", "1", "--warm", "false", "--set", "CellReuse=never", "--set", "StandbyCells=1", "--set", "Queue:WaitMs=60000", "--set", "Limits:CpuQuotaUs=100000");

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.ExecuteAsync("print(1)")));
        var used = await CellsByKeyAsync(service, executions: 4);

        Assert.All(results, result => Assert.Equal("1\n", result.GetProperty("stdout").GetString()));
        Assert.Equal(4, Assert.Single(used).Value.Count);
        Assert.DoesNotContain("failures in a row", service.Log, StringComparison.Ordinal); // no pause grows between cells that did what they were for
        Assert.True(await service.IsReadyAsync());
    }

    // By the log, which has a line for each execution.
    private static async Task<Dictionary<long, HashSet<uint>>> CellsByKeyAsync(RunningService service, int executions)
    {
        await RunningService.EventuallyAsync(() => Executions().Count(service.Log) == executions, $"{executions} executions are in the log");
        return Executions().Matches(service.Log)
            .GroupBy(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match => uint.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
            .ToDictionary(key => key.Key, key => key.ToHashSet());
    }

    [GeneratedRegex("""mayfly_cells_state\{[^}]*state="Standby"[^}]*\} 1""")]
    private static partial Regex OneStandby();

    [GeneratedRegex(@"Execution \S+ of key (\d+) in cell (\d+),")]
    private static partial Regex Executions();
}
