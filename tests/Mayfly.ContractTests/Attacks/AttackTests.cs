using Mayfly.Attacks;

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

    private async Task RunAsync(AttackCase @case)
    {
        var round = new AttackRound(Suite, async (code, language, _) => await Service.ExecuteAsync(code, language), Service.Key,
            async (code, language) => await Service.AskPatientAsync(code, language));

        var report = await round.RunAsync(@case, Stop);

        Assert.True(report.Findings.Count == 0, string.Join("\n\n", report.Findings.Select(finding => $"{finding.Invariant}: {finding.What}")));
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

        var results = await Task.WhenAll(Suite.Cases.DistinctBy(@case => @case.Program).Where(@case => programs.Contains(@case.Program)).Select(@case => Service.ExecuteAsync(@case.Code, @case.Language)));

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
        var used = Suite.Cases.Append(Suite.Canary).Append(Suite.Afterwards).Select(@case => @case.Program).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(used, AttackSuite.Programs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_class_is_described_and_has_cases() =>
        Assert.Equal(Suite.Classes.Select(of => of.Id).Order(StringComparer.Ordinal), Suite.Cases.Select(@case => @case.Class).Distinct().Order(StringComparer.Ordinal));

    /// <summary>A check that accepts everything would hold nothing.</summary>
    [Fact]
    public void Expectations_refuse_what_is_next_to_them()
    {
        var result = new ContractResult("a\n", "", 0, 100, 20, false, null, 0.002m, [], null);
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

    public static IEnumerable<TheoryDataRow<Invariant, string>> Lies =>
    [
        new(Invariant.Outcome, "the attack"), new(Invariant.Canary, "the canary"), new(Invariant.CleanState, "the look afterwards"), new(Invariant.Shape, "a shape"), new(Invariant.Secrets, "the neighbour's code"),
    ];

    /// <summary>Each invariant is missed by a service that breaks it alone.</summary>
    [Theory, MemberData(nameof(Lies))]
    public async Task What_does_not_hold_is_found(Invariant broken, string lie)
    {
        var @case = Suite.Cases.Single(of => of.Program == "closes_streams.py");
        var right = Suite.Canary.Expect[0].Stdout[0] + "\n";
        var secret = new TaskCompletionSource<string>();
        async Task<ContractResult> Execute(string code, string language, CancellationToken stop)
        {
            var (attack, canary) = (code == @case.Code, code.StartsWith(Suite.Canary.Code, StringComparison.Ordinal));
            if (canary) secret.TrySetResult(code[Suite.Canary.Code.Length..].Split('\'')[1]);
            if (lie == "a shape" && attack) throw new ShapeException("no cost");
            var stdout = attack ? lie == "the attack" ? "reached" : lie == "the neighbour's code" ? await secret.Task : ""
                : canary ? lie == "the canary" ? "wrong" : right
                : lie == "the look afterwards" ? "['file']" : string.Concat(Suite.Afterwards.Expect[0].Stdout.Select(line => line + "\n"));
            return new ContractResult(stdout, "", 0, 10, 20, false, null, 0.002m, [], null);
        }

        var round = new AttackRound(Suite, Execute, "uc-key");
        var findings = (await round.RunAsync(@case, TestContext.Current.CancellationToken)).Findings;
        Assert.Contains(broken, findings.Select(finding => finding.Invariant));

        lie = "none";
        Assert.Empty((await round.RunAsync(@case, TestContext.Current.CancellationToken)).Findings);
    }

    [Theory]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002}""", true)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.555,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002}""", false)]
    [InlineData("""{"stdout":null,"stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002}""", false)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":"0","executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002}""", false)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"cost":0.002}""", false)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002,"path":"/"}""", false)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002,"truncated":{}}""", false)]
    [InlineData("""{"stdout":"","stderr":"","exitCode":0,"executionTimeMs":1.5,"memoryUsageMb":2,"timedOut":false,"error":null,"cost":0.002,"termination":"magic"}""", false)]
    public void Shape_is_insisted_on(string body, bool good)
    {
        var json = System.Text.Json.JsonDocument.Parse(body).RootElement;
        if (good) ContractResult.Read(200, "application/json; charset=utf-8", json);
        else Assert.Throws<ShapeException>(() => ContractResult.Read(200, "application/json", json));
    }
}
