namespace Mayfly.ContractTests.Limits;

/// <summary>10 s of wall time: exit code 124, output so far kept, the true time reported.</summary>
public sealed class TimeLimitTests(Service service) : ServiceTests(service)
{
    private static readonly Table<(string Language, string Code, string Stdout)> TooLong = new()
    {
        ["python: a busy loop"] = ("python", "print('a')\nwhile True: pass", "a\n"),
        ["python: a sleep, with a line written before"] = ("python", "import time\nprint('a')\ntime.sleep(60)", "a\n"),
        ["python: ignores every signal that can be ignored"] = ("python", """
            import signal
            for s in range(1, 65):
                try: signal.signal(s, signal.SIG_IGN)
                except (OSError, ValueError): pass
            print('deaf')
            while True: pass
            """, "deaf\n"),
        ["python: a regular expression that never comes back to the interpreter"] = ("python", "import re\nprint('a')\nre.match(r'(a+)+$', 'a' * 40 + 'b')", "a\n"),
        ["python: waits for a child that stopped itself"] = ("python", """
            import os, signal
            print('a', flush=True)
            child = os.fork()
            if child == 0: os.kill(os.getpid(), signal.SIGSTOP)
            os.waitpid(child, 0)
            """, "a\n"),
        ["python: stops itself"] = ("python", "import os, signal\nprint('a')\nos.kill(os.getpid(), signal.SIGSTOP)", "a\n"),
        ["python: eight busy threads"] = ("python", "import threading\nprint('a')\ndef burn():\n    while True: pass\nfor _ in range(8): threading.Thread(target=burn).start()", "a\n"),
        ["python: writes a line about each second"] = ("python", "import time\nfor i in range(60):\n    print(i)\n    time.sleep(0.95)", string.Concat(Enumerable.Range(0, 11).Select(i => $"{i}\n"))),
        ["javascript: a busy loop"] = ("javascript", "console.log('a'); for (;;);", "a\n"),
        ["javascript: a timer that never ends"] = ("javascript", "console.log('a'); setInterval(() => {}, 1000)", "a\n"),
        ["javascript: promises that never let a timer run"] = ("javascript", "console.log('a'); process.exitCode = 5; (function f() { Promise.resolve().then(f) })()", "a\n"),
        ["javascript: waits on an atomic"] = ("javascript", "console.log('a'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", "a\n"),
    };

    public static IEnumerable<TheoryDataRow<string>> TooLongRows => TooLong.Rows;

    [Theory, MemberData(nameof(TooLongRows)), Case("A1"), Case("A2"), Case("A3"), Case("A5"), Case("A8"), Case("A10"), Case("A14"), Trait(Speed.Name, Speed.Slow)]
    public async Task Ended_at_ten_seconds_is(string program)
    {
        var (language, code, stdout) = TooLong[program];

        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(124, "timeout").AssertStderr("").AssertStdout(stdout);
        Assert.InRange(execution.ExecutionTimeMs, 10_000, 10_500);
    }

    [Theory, Trait(Speed.Name, Speed.Slow)]
    [InlineData("python", "import time\nprint('a')\ntime.sleep(8.8)\nprint('b')")]
    [InlineData("javascript", "console.log('a'); setTimeout(() => console.log('b'), 8800)")]
    public async Task Just_below_ten_seconds_is_not_a_timeout(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(0).AssertStdout("a\nb\n");
        Assert.InRange(execution.ExecutionTimeMs, 8_800, 10_000);
    }

    [Fact, Case("A9"), Trait(Speed.Name, Speed.Slow)]
    public async Task A_number_too_large_for_this_world_is_time_or_memory_but_no_failure_of_ours()
    {
        var execution = await Service.PythonAsync("x = 10 ** 10 ** 8");

        if (execution.TimedOut) execution.AssertExit(124, "timeout");
        else if (execution.ExitCode == 137) execution.AssertExit(137, "out_of_memory");
        else execution.AssertExit(1);
    }

    [Theory, Case("A4"), Case("A6"), Case("D9")]
    [InlineData("a daemon in a session of its own", "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(60); print('late')\n    os._exit(0)\nprint('done')")]
    [InlineData("a child that holds the streams and burns", "import os\nif os.fork() == 0:\n    while True: pass\nprint('done')")]
    [InlineData("a child that floods the streams", "import os, time\nif os.fork() == 0:\n    time.sleep(0.5)\n    while True: os.write(1, b'x' * 4096)\nprint('done')")]
    [InlineData("twenty children", "import os, time\nfor _ in range(20):\n    if os.fork() == 0: time.sleep(60)\nprint('done')")]
    public async Task The_main_process_ends_the_execution_in_spite_of(string left, string code)
    {
        var execution = await Service.PythonAsync(code);

        Assert.NotEmpty(left);
        execution.AssertExit(0).AssertStdout("done\n");
        Assert.InRange(execution.ExecutionTimeMs, 0, 3_000);
        Assert.InRange(execution.Answer.Took.TotalMilliseconds, 1, 6_000);
    }

    [Fact, Case("A4")]
    public async Task The_main_process_ends_the_execution_in_spite_of_a_child_of_node()
    {
        var execution = await Service.JavaScriptAsync("require('child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' }).unref(); console.log('done')");

        execution.AssertExit(0).AssertStdout("done\n");
        Assert.InRange(execution.ExecutionTimeMs, 1, 3_000);
    }

    [Fact, Case("A12")]
    public async Task The_clock_cannot_be_set()
    {
        var execution = await Service.PythonAsync("import time\ntry: time.clock_settime(0, 0)\nexcept OSError as e: print(e.errno)");

        execution.AssertExit(0).AssertStdout("1\n");
    }
}
