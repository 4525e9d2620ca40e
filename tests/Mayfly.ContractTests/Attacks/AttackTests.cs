namespace Mayfly.ContractTests.Attacks;

/// <summary>Each hostile program ends as it must, and nobody else notices.</summary>
public sealed class AttackTests(Service service) : ServiceTests(service)
{
    private static readonly AttackSuite Suite = AttackSuite.Read();

    public static IEnumerable<TheoryDataRow<string>> Rows(bool slow) => Suite.Cases.Where(@case => @case.IsSlow == slow).Select((@case) =>
    {
        var row = new TheoryDataRow<string>(Key(@case)) { Label = @case.Name };
        foreach (var id in @case.Cases) row.WithTrait("Case", id);
        return row;
    });

    [Theory, MemberData(nameof(Rows), false)]
    public Task Ends_as_it_must_and_reaches_nobody(string @case) => RunAsync(Suite.Cases.Single(of => Key(of) == @case));

    [Theory, MemberData(nameof(Rows), true), Trait(Speed.Name, Speed.Slow)]
    public Task Ends_at_its_limit_and_reaches_nobody(string @case) => RunAsync(Suite.Cases.Single(of => Key(of) == @case));

    private const int MoreTries = 2;

    private async Task RunAsync(AttackCase @case)
    {
        List<Task<Execution>> attacks;
        IReadOnlyList<Execution> canaries;
        var more = MoreTries;
        do
        {
            attacks = [.. Enumerable.Range(0, @case.Copies).Select(_ => @case.RunAsync(Service))];
            canaries = await CanariesUntilAsync(Task.WhenAll(attacks));
        }
        // On a machine that is out of breath any program may come to its time limit before it comes to the one that is looked at here.
        while (more-- > 0 && !@case.MayTimeOut && attacks.Exists(attack => attack.Result.TimedOut));

        Assert.All(attacks, attack => @case.Check(attack.Result));
        Assert.All(canaries, Suite.Canary.Check);
        Suite.Afterwards.Check(await Suite.Afterwards.RunAsync(Service));
    }

    /// <summary>One after the other, as long as the attack lasts; at least one.</summary>
    private async Task<IReadOnlyList<Execution>> CanariesUntilAsync(Task attack)
    {
        var canaries = new List<Execution>();
        do
        {
            canaries.Add(await Suite.Canary.RunAsync(Service));
            await Task.WhenAny(attack, Task.Delay(1000, Stop));
        }
        while (!attack.IsCompleted);
        await attack;
        return canaries;
    }

    [Fact, Case("X3"), Trait(Speed.Name, Speed.Slow)]
    public async Task Interleaved_executions_get_their_own_output_only()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 80).Select(async i =>
        {
            var own = $"canary {i} {Guid.NewGuid():N}";
            return (own, i % 4 == 0 ? await Service.JavaScriptAsync($"console.log('{own}')") : await Service.PythonAsync($"print('{own}')"));
        }));

        Assert.All(results, result => result.Item2.AssertExit(0).AssertStdout(result.own + "\n"));
    }

    [Fact(DisableParallelization = true), Case("B18"), Case("K8"), Trait(Speed.Name, Speed.Slow)]
    public async Task Each_hostile_execution_is_charged_once()
    {
        string[] programs = ["touched_memory.py", "kills_itself.py", "fork_bomb.py", "stdout_flood.js", "daemon.py", "closes_streams.py"];
        var before = await UsageAsync();
        var repeated = Service.Repeated;

        var results = await Task.WhenAll(Suite.Cases.DistinctBy(@case => @case.Program).Where(@case => programs.Contains(@case.Program)).Select(@case => @case.RunAsync(Service)));

        Assert.Equal(programs.Length, results.Length);
        Assert.Equal(before + ((programs.Length + Service.Repeated - repeated) * 0.002m), await UsageAsync());
    }

    private async Task<decimal> UsageAsync() => (await Service.GetAsync("/v1/usage")).Json.GetProperty("cost").GetDecimal();

    /// <summary>A program may stand for a case alone and in several copies.</summary>
    private static string Key(AttackCase @case) => @case.Copies == 1 ? @case.Program : $"{@case.Copies} × {@case.Program}";
}

/// <summary>The table itself; needs no service.</summary>
public sealed class AttackTableTests
{
    private static readonly AttackSuite Suite = AttackSuite.Read();

    [Fact]
    public void Every_program_is_used_and_every_case_has_its_program()
    {
        var files = Directory.GetFiles(Path.Combine(AttackSuite.Directory, "programs")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        var used = Suite.Cases.Append(Suite.Canary).Append(Suite.Afterwards).Select(@case => @case.Program).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(used, files);
    }

    /// <summary>A check that accepts everything would hold nothing.</summary>
    [Fact]
    public void Expectations_refuse_what_is_next_to_them()
    {
        var result = new Execution("a\n", "", 0, 100, 20, false, null, 0.002m, [], null, null!);
        var outcome = new AttackOutcome { End = "exit 0", Stdout = ["a"], MaxMs = 100, MemoryMb = [10, 20] };

        Assert.Null(outcome.DifferenceFrom(result));
        foreach (var other in new[]
        {
            result with { Stdout = "a" }, result with { Stderr = "b" }, result with { ExitCode = 1 }, result with { Termination = "signal" }, result with { TimedOut = true },
            result with { ExecutionTimeMs = 101 }, result with { MemoryUsageMb = 20.1 }, result with { Truncated = ["stdout"] },
        })
            Assert.NotNull(outcome.DifferenceFrom(other));

        var late = result with { ExitCode = 124, Termination = "timeout", TimedOut = true, ExecutionTimeMs = 10_600, Stdout = "" };
        Assert.NotNull(new AttackOutcome { End = "timeout" }.DifferenceFrom(late));
        Assert.Null(new AttackOutcome { End = "timeout" }.DifferenceFrom(late with { ExecutionTimeMs = 10_400 }));
        Assert.NotNull(new AttackOutcome { End = "exit 0", StdoutLike = "b\n" }.DifferenceFrom(result));
        Assert.NotNull(new AttackOutcome { End = "exit 0", StdoutBytes = 3 }.DifferenceFrom(result));
    }
}
