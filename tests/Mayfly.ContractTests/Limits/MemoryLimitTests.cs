namespace Mayfly.ContractTests.Limits;

/// <summary>256 MiB for everything an execution holds: exit code 137, termination out_of_memory.</summary>
public sealed class MemoryLimitTests(Service service) : ServiceTests(service)
{
    private static readonly Table<(string Language, string Code)> TooMuch = new()
    {
        ["python: 1 GiB touched"] = ("python", "print('a')\nb = bytearray(1 << 30)\nfor i in range(0, len(b), 4096): b[i] = 1"),
        ["python: 300 MiB touched"] = ("python", "print('a')\nb = b'x' * (300 << 20)"),
        ["python: a leak in small steps"] = ("python", "print('a')\na = []\nwhile True: a.append(bytes(100_000))"),
        ["python: a shared mapping"] = ("python", "print('a')\nimport mmap\nm = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1"),
        ["python: memory files, each within the size of a file"] = ("python", "print('a')\nimport os\nwhile True:\n    f = os.memfd_create('x')\n    for _ in range(50): os.write(f, bytes(1 << 20))"),
        ["python: three children with 100 MiB each"] = ("python", "print('a', flush=True)\nimport os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        b = b'x' * (100 << 20); time.sleep(60)\ntime.sleep(9)"),
        ["python: a child alone"] = ("python", "print('a')\nimport subprocess, sys\nsubprocess.run([sys.executable, '-c', 'b = b\"x\" * (300 << 20)'])\nimport time; time.sleep(5)"),
        ["python: files of 60 MiB and 220 MiB of memory"] = ("python", "print('a')\nopen('/tmp/f', 'wb').write(bytes(60 << 20))\nb = b'x' * (220 << 20)"),
        ["python: a numpy array"] = ("python", "print('a')\nimport numpy\nnumpy.ones(40_000_000)"),
        ["javascript: buffers outside the heap"] = ("javascript", "console.log('a'); const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))"),
        ["javascript: 300 MiB in one buffer"] = ("javascript", "console.log('a'); Buffer.alloc(300 << 20, 1)"),
    };

    public static IEnumerable<TheoryDataRow<string>> TooMuchRows => TooMuch.Rows;

    [Theory, MemberData(nameof(TooMuchRows)), Case("B1"), Case("B2"), Case("B3"), Case("B4")]
    public async Task Out_of_memory_is(string program)
    {
        var (language, code) = TooMuch[program];

        var execution = await Service.ExecuteHungryAsync(code, language);

        execution.AssertExit(137, "out_of_memory").AssertStdout("a\n");
        Assert.InRange(execution.MemoryUsageMb, 240, 257);
    }

    [Theory]
    [InlineData("python", "b = b'x' * (200 << 20)\nprint(len(b))")]
    [InlineData("javascript", "const b = Buffer.alloc(190 << 20, 1); console.log(b.length + (10 << 20))")]
    public async Task Two_hundred_megabytes_are_fine(string language, string code)
    {
        var execution = await Service.ExecuteHungryAsync(code, language);

        execution.AssertExit(0).AssertStdout($"{200 << 20}\n");
        Assert.InRange(execution.MemoryUsageMb, 190, 256);
    }

    [Fact]
    public async Task Memory_given_back_can_be_used_again()
    {
        var execution = await Service.ExecuteHungryAsync("for _ in range(2):\n    b = b'x' * (150 << 20)\n    del b\nprint('done')", "python");

        execution.AssertExit(0).AssertStdout("done\n");
    }

    [Theory, Case("B17")]
    [InlineData("python", "b = b'x' * ({0} << 20)")]
    [InlineData("javascript", "const b = Buffer.alloc({0} << 20, 1)")]
    public async Task Reported_memory_is_true(string language, string code)
    {
        var small = await Service.ExecuteAsync(code.Replace("{0}", "1", StringComparison.Ordinal), language);
        var large = await Service.ExecuteAsync(code.Replace("{0}", "101", StringComparison.Ordinal), language);
        var again = await Service.ExecuteAsync(code.Replace("{0}", "1", StringComparison.Ordinal), language);

        foreach (var execution in new[] { small, large, again }) execution.AssertExit(0);
        Assert.InRange(large.MemoryUsageMb - small.MemoryUsageMb, 95, 106);

        // The peak of the one before is nobody else's.
        Assert.InRange(again.MemoryUsageMb - small.MemoryUsageMb, -6, 6);
    }

    [Fact, Case("B17")]
    public async Task Files_count_as_memory()
    {
        var execution = await Service.PythonAsync("open('/tmp/f', 'wb').write(bytes(50 << 20))");

        execution.AssertExit(0);
        Assert.InRange(execution.MemoryUsageMb, 50, 140);
    }

    [Fact, Case("B19")]
    public async Task A_heap_that_V8_gives_up_is_137_or_134()
    {
        const string Grow = "const a = []; for (;;) a.push(new Array(1e5).fill(1.5))";
        var execution = await Service.ExecuteHungryAsync(Grow, "javascript");

        // Whoever is first: the limit of the execution, or V8's own.
        if (execution.ExitCode == 134) execution.AssertExit(134, "signal");
        else execution.AssertExit(137, "out_of_memory");
    }

    [Fact, Case("B9")]
    public async Task Threads_without_end_stop_at_the_limit_of_threads()
    {
        var execution = await Service.PythonAsync("import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(30,), daemon=True).start()");

        execution.AssertExit(1);
        Assert.Contains("can't start new thread", execution.Stderr, StringComparison.Ordinal);
    }

    [Fact, Case("B18")]
    public async Task Eight_at_once_are_eight_and_a_ninth_is_fine()
    {
        var eight = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Service.ExecuteHungryAsync("b = b'x' * (300 << 20)", "python")));
        var ninth = await Service.PythonAsync("print('alive')");

        foreach (var execution in eight) execution.AssertExit(137, "out_of_memory");
        ninth.AssertExit(0).AssertStdout("alive\n");
    }

    [Fact, Case("B16")]
    public async Task A_program_cannot_put_itself_last_in_line()
    {
        var execution = await Service.PythonAsync("try: open('/proc/self/oom_score_adj', 'w').write('-1000')\nexcept OSError as e: print('denied')");

        execution.AssertExit(0).AssertStdout("denied\n");
    }
}
