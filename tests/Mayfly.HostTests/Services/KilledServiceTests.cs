using System.Globalization;

namespace Mayfly.HostTests.Services;

public sealed class KilledServiceTests
{
    [Fact]
    public async Task Sigkill_under_load_leaves_no_orphan_and_loses_no_charge_of_an_answered_execution()
    {
        using var service = await RunningService.StartAsync();
        var answered = 0;
        var clients = Enumerable.Range(0, 8).Select(async _ =>
        {
            while (true)
            {
                try
                {
                    var result = await service.ExecuteAsync("print(1)");
                    if (result.GetProperty("cost").GetDecimal() > 0) Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException)
                {
                    return; // killed
                }
            }
        }).ToArray();

        await RunningService.EventuallyAsync(() => Volatile.Read(ref answered) > 40, "the load did not get going");
        await service.KillAsync();
        await Task.WhenAll(clients);
        await RunningService.EventuallyAsync(() => service.Processes().Count == 0, "processes outlived SIGKILL of the top process");
        Assert.Empty(service.Mounts());

        await service.RestartAsync();

        // Charged is what was answered, and at most the eight that were on their way.
        var charged = (await service.UsageAsync()).GetProperty("executions").GetInt64();
        Assert.InRange(charged, answered, answered + 8);
        Assert.Equal("1\n", (await service.ExecuteAsync("print(1)")).GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Sigterm_leaves_no_process_mount_or_cgroup()
    {
        using var service = await RunningService.StartAsync();
        await service.ExecuteAsync("print(1)");
        Assert.NotEmpty(service.Cgroups());

        Assert.Equal(0, await service.TerminateAsync());

        Assert.Empty(service.Processes());
        Assert.Empty(service.Cgroups());
        Assert.Empty(service.Mounts());
    }

    [Fact]
    public async Task Sigterm_lets_a_running_execution_finish()
    {
        using var service = await RunningService.StartAsync();
        var running = service.ExecuteAsync("import time\nprint('begun', flush=True)\ntime.sleep(2)\nprint('done')");
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        var ended = service.TerminateAsync();

        Assert.Equal("begun\ndone\n", (await running).GetProperty("stdout").GetString());
        Assert.Equal(0, await ended);
    }

    [Fact]
    public async Task Two_instances_run_side_by_side()
    {
        using var one = await RunningService.StartAsync();
        using var other = await RunningService.StartAsync();

        var answers = await Task.WhenAll(one.ExecuteAsync("print('one')"), other.ExecuteAsync("print('other')"));

        Assert.Equal(["one\n", "other\n"], answers.Select(answer => answer.GetProperty("stdout").GetString()));
        Assert.Equal(0, await one.TerminateAsync());
        Assert.Equal("still here\n", (await other.ExecuteAsync("print('still here')")).GetProperty("stdout").GetString());
    }

    [Fact]
    public async Task Cell_killed_under_load_is_replaced_and_every_request_is_answered()
    {
        using var service = await RunningService.StartAsync();
        var agents = service.Processes().Where(process => Name(process) == "mayfly-agent").ToList();
        Assert.NotEmpty(agents);
        var load = Enumerable.Range(0, 40).Select(_ => service.ExecuteAsync("print(1)")).ToArray();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        using (var kill = System.Diagnostics.Process.Start("kill", ["-KILL", agents[0].ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        var results = await Task.WhenAll(load.Select(async request =>
        {
            try
            {
                return (await request).GetProperty("stdout").GetString();
            }
            catch (HttpRequestException refused)
            {
                // One that had started in the cell that died, or that found the queue full meanwhile.
                return $"HTTP {(int?)refused.StatusCode}";
            }
        }));
        Assert.All(results, result => Assert.Contains(result, (string[])["1\n", "HTTP 500", "HTTP 503"]));
        await RunningService.EventuallyAsync(() => service.Processes().Count(process => Name(process) == "mayfly-agent") >= agents.Count, "the cell was not replaced");
        Assert.Equal("1\n", (await service.ExecuteAsync("print(1)")).GetProperty("stdout").GetString());
    }

    private static string Name(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
