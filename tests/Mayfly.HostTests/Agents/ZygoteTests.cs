using System.Diagnostics;
using Google.Protobuf;
using Mayfly.Protocol.Descriptors;
using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>Warm interpreters in a real cell: who serves what, and what happens when one dies, hangs or has grown old.</summary>
public sealed class ZygoteTests
{
    private const int Kill = 9;
    private const int Stop = 19;

    [Fact]
    public void Program_is_served_by_the_tier_that_has_what_it_imports()
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure => configure.Tiers.AddRange(Tiers.WithLibraries));

        Assert.Equal(["javascript", "javascript+libraries", "python", "python+numeric"], cell.Hello.Tiers.Order(StringComparer.Ordinal));
        Assert.Equal(("1\n", "python"), Served(cell.Python("print(1)")));
        Assert.Equal(("3\n", "python+numeric"), Served(cell.Python("import pandas as pd\nprint(pd.Series([1, 2]).sum())")));
        Assert.Equal(("1\n", "javascript"), Served(cell.JavaScript("console.log(1)")));
        Assert.Equal(("2\n", "javascript+libraries"), Served(cell.JavaScript("console.log(require('mathjs').evaluate('1 + 1'))")));

        // A wrong guess costs time only.
        Assert.Equal(("3\n", "python"), Served(cell.Python("print(__import__('pandas').Series([1, 2]).sum())")));
    }

    [Fact]
    public void Memory_is_reported_alike_warm_and_cold()
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure => configure.Tiers.AddRange(Tiers.WithLibraries));
        foreach (var (language, code) in new[]
        {
            (Language.Python, "print(1)"),
            (Language.Python, "b = bytearray(100 << 20); print(len(b))"),
            (Language.Python, "import pandas as pd\nprint(pd.DataFrame({'a': range(1000)}).a.sum())"),
            (Language.Javascript, "console.log(1)"),
            (Language.Javascript, "const a = Buffer.alloc(100 << 20, 1); console.log(a.length)"),
        })
        {
            // What another one reads into the page cache first is its own.
            cell.Run(Program(language, code, cold: true));
            var cold = cell.Run(Program(language, code, cold: true));
            var warm = cell.Run(Program(language, code, cold: false));

            Assert.Equal(("", cold.Stdout), (cold.Finished.Tier, warm.Stdout));
            Assert.NotEqual("", warm.Finished.Tier);
            var difference = ((long)warm.Finished.PeakMemoryBytes - (long)cold.Finished.PeakMemoryBytes) / (double)(1 << 20);
            TestContext.Current.TestOutputHelper!.WriteLine($"{code}: {difference:F1} MiB more when warm");
            Assert.True(Math.Abs(difference) <= 5, $"{code}: {difference:F1} MiB more when warm");
        }
    }

    [Theory]
    [InlineData("PYTHONHASHSEED", "0")]
    [InlineData("TZ", "CET")]
    [InlineData("LD_PRELOAD", "/nowhere.so")]
    public void Variable_that_an_interpreter_reads_at_its_start_gets_a_fresh_one(string name, string value)
    {
        using var cell = CellUnderTest.Boot(slots: 1, configure => configure.Tiers.AddRange(Tiers.Bare));
        var execute = Program(Language.Python, $"import os; print(os.environ['{name}'])", cold: false);
        execute.Env.Add(new EnvironmentVariable { Name = name, Value = value });

        Assert.Equal((value + "\n", ""), Served(cell.Run(execute)));
    }

    [Theory]
    [InlineData(Language.Python)]
    [InlineData(Language.Javascript)]
    public void Killed_zygote_is_replaced_and_programs_go_on(Language language)
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure => configure.Tiers.AddRange(Tiers.Bare));
        var zygote = Assert.Single(cell.Zygotes(language));

        Signal(zygote, Kill);
        WaitFor(() => !cell.Zygotes(language).Contains(zygote), "the zygote is dead");

        PrintsOne(cell, language);
        WaitUntilWarm(cell, language);
        Assert.NotEqual(zygote, Assert.Single(cell.Zygotes(language)));
    }

    [Theory]
    [InlineData(Language.Python)]
    [InlineData(Language.Javascript)]
    public void Zygote_that_hangs_is_replaced_and_programs_go_on(Language language)
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure => configure.Tiers.AddRange(Tiers.Bare));
        var zygote = Assert.Single(cell.Zygotes(language));

        Signal(zygote, Stop);

        // More than there are spares: the rest wait for a fork that does not come, and then start cold.
        for (var i = 0; i < 6; i++) PrintsOne(cell, language);
        WaitUntilWarm(cell, language);
        Assert.DoesNotContain(zygote, cell.Zygotes(language));
    }

    [Fact]
    public void Program_whose_zygote_dies_ends_as_ours_to_answer_for_and_nothing_is_left()
    {
        using var cell = CellUnderTest.Boot(slots: 1, configure => configure.Tiers.AddRange(Tiers.Bare));
        var id = cell.Start(Language.Python, "import time; print('on', flush=True); time.sleep(60)");
        cell.WaitFor(message => message.Output?.Id == id);

        Signal(Assert.Single(cell.Zygotes(Language.Python)), Kill);

        var finished = cell.Finish(id).Finished;
        Assert.Equal((Termination.Infrastructure, true), (finished.Termination, finished.Started));
        Assert.Contains("zygote python", finished.Failure, StringComparison.Ordinal);
        Assert.Equal("1\n", cell.Python("print(1)").Stdout);
    }

    [Fact]
    public void Zygote_is_rotated_after_its_children_and_a_child_of_the_old_one_lives_on()
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure =>
        {
            configure.Tiers.AddRange(Tiers.Bare);
            configure.Zygotes = new ZygoteLimits { Children = 40 };
        });
        var first = Assert.Single(cell.Zygotes(Language.Python));
        var long_lived = cell.Start(Language.Python, "import sys, time\nprint('on', flush=True)\ntime.sleep(3)\nprint('end')");
        cell.WaitFor(message => message.Output?.Id == long_lived);

        var tiers = Enumerable.Range(0, 60).Select(_ => cell.Python("print(1)")).Select(Served).Distinct();

        Assert.Equal([("1\n", "python")], tiers);
        Assert.Equal("end\n", cell.Finish(long_lived).Stdout);
        WaitFor(() => !cell.Zygotes(Language.Python).Contains(first), "the old zygote ends with its last child");
    }

    [Fact]
    public void Idle_cell_uses_no_CPU()
    {
        using var cell = CellUnderTest.Boot(slots: 4, configure => configure.Tiers.AddRange(Tiers.Bare));
        Assert.SkipUnless(cell.CpuTime is not null, "CPU time of a whole cell is read on cgroup v1 only");
        cell.Python("print(1)");
        // Until what was used is replaced and gone.
        Thread.Sleep(1000);

        var before = cell.CpuTime!.Value;
        Thread.Sleep(2000);

        Assert.InRange((cell.CpuTime!.Value - before).TotalMilliseconds, 0, 10);
    }

    private static void PrintsOne(CellUnderTest cell, Language language)
    {
        var ran = cell.Run(PrintOne(language));
        // A zygote takes with it what has started, which the gateway may not run again.
        if (ran.Finished is { Termination: Termination.Infrastructure, Started: true }) ran = cell.Run(PrintOne(language));
        Assert.True(ran.Stdout == "1\n", $"{ran.Finished}; {ran.Stderr}; {cell.Log}");
    }

    private static (string Stdout, string Tier) Served(Ran ran) => (ran.Stdout, ran.Finished.Tier);

    private static Execute PrintOne(Language language) => Program(language, language == Language.Python ? "print(1)" : "console.log(1)", cold: false);

    private static Execute Program(Language language, string code, bool cold) => new() { Language = language, Code = ByteString.CopyFromUtf8(code), Cold = cold };

    private static void Signal(int pid, int signal)
    {
        using var process = ProcessDescriptor.Open(pid)!;
        Assert.True(ProcessDescriptor.Signal(process, signal));
    }

    private static void WaitUntilWarm(CellUnderTest cell, Language language) =>
        WaitFor(() => cell.Run(PrintOne(language)).Finished.Tier.Length > 0, "the tier becomes warm again");

    private static void WaitFor(Func<bool> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"{what}: not within 30 s");
            Thread.Sleep(20);
        }
    }
}
