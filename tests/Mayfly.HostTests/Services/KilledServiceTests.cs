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
    public async Task Sigterm_tells_every_agent_that_nothing_comes_and_agents_end_by_that()
    {
        using var service = await RunningService.StartAsync("--cells", "2");
        await RunningService.EventuallyAsync(() => service.Log.Split("is up after").Length == 3, "not every cell is up");

        Assert.Equal(0, await service.TerminateAsync());

        Assert.Equal(2, service.Log.Split("exit code 0. Its last words:").Length - 1);
        Assert.Equal(2, service.Log.Split("mayfly-agent: drained").Length - 1);
    }

    // A machine that gives it no CPU time looks like this to who waits for it: 5 s were once the limit, and exit code 137 the result.
    [Fact]
    public async Task Sigterm_waits_for_a_gateway_that_is_out_of_breath_and_the_end_is_a_clean_one()
    {
        using var service = await RunningService.StartAsync("--set", "DrainSeconds=0");
        var gateway = service.Gateway;
        await RunningService.SignalAsync("STOP", gateway);

        var ended = service.TerminateAsync();
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await RunningService.SignalAsync("CONT", gateway);

        Assert.Equal(0, await ended);
        Assert.Empty(service.Processes());
        Assert.Empty(service.Cgroups());
    }

    [Fact]
    public async Task Sigterm_answers_what_a_drain_limit_cuts_off_and_does_not_wait_for_a_client_that_never_ends_its_request()
    {
        using var service = await RunningService.StartAsync("--set", "DrainSeconds=0");
        using var halfway = new System.Net.Sockets.TcpClient("127.0.0.1", service.Port);
        await halfway.GetStream().WriteAsync("POST /v1/code-sandbox/execute HTTP/1.1\r\nHost: x\r\nContent-Le"u8.ToArray(), TestContext.Current.CancellationToken);
        var running = service.ExecuteAsync("import time\nprint('begun', flush=True)\ntime.sleep(9)");
        await RunningService.EventuallyAsync(() => service.Processes().Any(process => CommandLine(process).Contains("main.py", StringComparison.Ordinal)), "the program does not run");

        Assert.Equal(0, await service.TerminateAsync());

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<HttpRequestException>(() => running)).StatusCode);
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
        await RunningService.EventuallyAsync(() => service.IsReadyAsync().Result, "no cell came up");
        Assert.Equal("1\n", (await service.ExecuteAsync("print(1)")).GetProperty("stdout").GetString());
    }

    private static string Name(int process) => Read(process, "comm").Trim();

    private static string CommandLine(int process) => Read(process, "cmdline");

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
