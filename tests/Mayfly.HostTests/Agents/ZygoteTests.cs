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

    // Outside of the group it would have the processors before programs that run.
    [Fact]
    public void Zygote_that_cannot_be_put_into_its_group_is_given_up_and_programs_start_cold_until_it_can()
    {
        using var cell = CellUnderTest.Boot(slots: 2, configure => configure.Tiers.AddRange(Tiers.Bare));
        var zygote = Assert.Single(cell.Zygotes(Language.Python));
        cell.OwnParentsGroup(isTheCells: false);

        Signal(zygote, Kill);
        WaitFor(() => cell.Log.Contains("parents/cgroup.procs: EACCES (failure 3 in a row)", StringComparison.Ordinal), "the third successor is given up");

        Assert.Equal(("1\n", ""), Served(cell.Run(PrintOne(Language.Python))));
        WaitFor(() => cell.Zygotes(Language.Python).Count == 0, "those that were given up are dead");
        Assert.Equal(("1\n", "javascript"), Served(cell.Run(PrintOne(Language.Javascript))));
        cell.OwnParentsGroup(isTheCells: true);
        WaitUntilWarm(cell, Language.Python);
        Assert.Single(cell.Zygotes(Language.Python));
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

    // String hashes, where a C library lies, and the kernel's sixteen random bytes; JavaScript shows only the second.
    [Theory]
    [InlineData(Language.Python, "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.getauxval.restype = ctypes.c_void_p\nprint(hash('a'), ctypes.cast(libc.printf, ctypes.c_void_p).value, ctypes.string_at(libc.getauxval(25), 16).hex())")]
    [InlineData(Language.Javascript, "console.log(require('fs').readFileSync('/proc/self/maps', 'utf8').split('\\n').find(line => line.includes('libc.so')).split('-')[0])")]
    public void Hashes_and_addresses_are_one_generations_and_change_with_the_next(Language language, string program)
    {
        using var cell = CellUnderTest.Boot(slots: 1, configure =>
        {
            configure.Tiers.AddRange(Tiers.Bare);
            // The self-test's children are some of them.
            configure.Zygotes = new ZygoteLimits { Children = 60 };
        });
        var first = Assert.Single(cell.Zygotes(language));

        string[][] Seen(int count) => [.. Enumerable.Range(0, count).Select(_ => Served(cell.Run(Program(language, program, cold: false)))).Where(ran => ran.Tier.Length > 0).Select(ran => ran.Stdout.TrimEnd().Split(' '))];
        var before = Seen(4);
        Assert.NotEmpty(before);
        Assert.Contains(first, cell.Zygotes(language));
        WaitFor(() => Seen(4).Length >= 0 && !cell.Zygotes(language).Contains(first), "the first generation ends");
        // Spares that the first one left are used up first.
        Seen(12);
        var after = Seen(4);

        Assert.Single(before.Select(one => string.Join(' ', one)).Distinct());
        Assert.NotEmpty(after);
        Assert.All(after, one => Assert.All(one.Zip(before[0]), pair => Assert.NotEqual(pair.Second, pair.First)));
    }

    [Fact]
    public void Every_generator_that_a_zygote_holds_is_seeded_anew_in_each_child()
    {
        using var cell = CellUnderTest.Boot(slots: 1, configure => configure.Tiers.AddRange(Tiers.WithLibraries));
        // All objects of the interpreter, those that it froze before the fork, too; numpy's are written in C and found by their names.
        const string Walk = """
            import gc, hashlib, pickle, random, sys
            gc.unfreeze()
            numpy = sys.modules["numpy"]
            kinds = (random.Random, numpy.random.RandomState, numpy.random.Generator, numpy.random.BitGenerator)
            found = {id(one): one for one in gc.get_objects() if isinstance(one, kinds)}
            for module in list(sys.modules.values()):
                found.update((id(one), one) for one in list(getattr(module, "__dict__", {}).values()) if isinstance(one, kinds))
            def state(one):
                if isinstance(one, random.SystemRandom): return None
                if isinstance(one, random.Random): return one.getstate()
                return (one if isinstance(one, numpy.random.BitGenerator) else getattr(one, "bit_generator", None) or one._bit_generator).state
            for one in found.values():
                if state(one) is not None: print(type(one).__name__, hashlib.sha256(repr(state(one)).encode()).hexdigest())
            import numpy
            """;

        var generations = Enumerable.Range(0, 3).Select(_ => cell.Python(Walk)).ToArray();

        Assert.All(generations, ran => Assert.Equal(("", "python+numeric"), (ran.Stderr, ran.Finished.Tier)));
        Assert.Contains("Random ", generations[0].Stdout, StringComparison.Ordinal);
        Assert.Contains("RandomState ", generations[0].Stdout, StringComparison.Ordinal);
        // One generator may have two names (an array's bit generator is its RandomState's): within a child, not between two.
        var states = generations.Select(ran => ran.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1]).ToHashSet()).ToArray();
        Assert.Empty(states[0].Intersect(states[1]).Concat(states[0].Intersect(states[2])).Concat(states[1].Intersect(states[2])));
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
