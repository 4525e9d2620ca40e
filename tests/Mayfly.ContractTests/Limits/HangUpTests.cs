using System.Diagnostics;

namespace Mayfly.ContractTests.Limits;

/// <summary>A client that hangs up, and a service that is full. Alone: these tests take every slot there is.</summary>
public sealed class HangUpTests(Service service) : ServiceTests(service)
{
    private const int Most = 1000;

    [Theory(DisableParallelization = true), Case("H19"), Trait(Speed.Name, Speed.Slow)]
    [InlineData("python", "import time; time.sleep(9)")]
    [InlineData("javascript", "setTimeout(() => {}, 9000)")]
    public async Task Hanging_up_frees_the_slot_within_a_second(string language, string code)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sleepers = await FillAsync(code, language, hangUp.Token);

        await hangUp.CancelAsync();
        await Task.WhenAll(sleepers.Select(s => s.ContinueWith(_ => { }, TaskScheduler.Default)));
        await Task.Delay(1000, Stop);
        var clock = Stopwatch.StartNew();
        var answer = await Service.SendAsync(Service.Post(Service.RequestBody("print('free')", "python")), Stop);

        Execution.From(answer).AssertExit(0).AssertStdout("free\n");
        Assert.InRange(clock.ElapsedMilliseconds, 0, 2_000);
    }

    [Fact(DisableParallelization = true), Case("H18"), Trait(Speed.Name, Speed.Slow)]
    public async Task A_full_service_refuses_quickly_and_stays_ready()
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var sleepers = await FillAsync("import time; time.sleep(9)", "python", hangUp.Token);
        var refusal = await sleepers.First(s => s is { IsCompletedSuccessfully: true, Result.IsRefusal: true });
        var ready = await Service.GetAsync("/healthz/ready", withKey: false);

        var problem = Problem.From(refusal);
        Assert.Contains(problem.Code, (string[])["overloaded", "too_many_concurrent"]);
        Assert.Matches("^[1-9][0-9]*$", refusal.Header("Retry-After"));
        Assert.Equal(200, ready.Status);

        // A wait in the queue is bounded by two seconds; a place in a full queue is refused without one.
        Assert.InRange(refusal.Took.TotalMilliseconds, 0, 3_500);

        await hangUp.CancelAsync();
        await Task.WhenAll(sleepers.Select(s => s.ContinueWith(_ => { }, TaskScheduler.Default)));
        await Task.Delay(1000, Stop);
        (await Service.PythonAsync("print('recovered')")).AssertExit(0).AssertStdout("recovered\n");
    }

    /// <summary>Starts executions until one is refused: then every slot is taken.</summary>
    private async Task<IReadOnlyList<Task<Answer>>> FillAsync(string code, string language, CancellationToken hangUp)
    {
        var running = new List<Task<Answer>>();
        while (running.Count < Most && !running.Any(r => r is { IsCompletedSuccessfully: true, Result.IsRefusal: true }))
        {
            running.Add(Service.SendAsync(Service.Post(Service.RequestBody(code, language)), hangUp));
            await Task.Delay(20, Stop);
        }

        Assert.Contains(running, r => r is { IsCompletedSuccessfully: true, Result.IsRefusal: true });
        return running;
    }
}
