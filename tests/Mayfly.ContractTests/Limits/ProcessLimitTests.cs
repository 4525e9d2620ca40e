using System.Globalization;

namespace Mayfly.ContractTests.Limits;

/// <summary>64 processes and threads: the next is EAGAIN, and the program goes on.</summary>
public sealed class ProcessLimitTests(Service service) : ServiceTests(service)
{
    [Fact]
    public async Task Python_has_about_64_threads()
    {
        var execution = await Service.PythonAsync("""
            import threading
            stop, count = threading.Event(), 1
            try:
                while count < 200:
                    threading.Thread(target=stop.wait).start()
                    count += 1
            except RuntimeError as e: print(e)
            print(count)
            stop.set()
            """);

        AssertLimit(execution, "can't start new thread");
    }

    [Fact, Case("C3")]
    public async Task Python_has_about_64_processes_and_the_dead_count()
    {
        var execution = await Service.PythonAsync("""
            import errno, os
            count = 1
            try:
                while count < 200:
                    if os.fork() == 0: os._exit(0)
                    count += 1
            except OSError as e: print(errno.errorcode[e.errno])
            print(count)
            """);

        AssertLimit(execution, "EAGAIN");
    }

    [Fact]
    public async Task Sixty_threads_are_fine()
    {
        var execution = await Service.PythonAsync("""
            from concurrent.futures import ThreadPoolExecutor
            import threading
            barrier = threading.Barrier(60)
            with ThreadPoolExecutor(60) as e: print(len({*e.map(lambda _: barrier.wait(), range(60))}))
            """);

        execution.AssertExit(0).AssertStdout("60\n");
    }

    [Fact]
    public async Task Javascript_has_at_most_64_threads_and_processes()
    {
        var execution = await Service.JavaScriptAsync("""
            const { spawn } = require('child_process');
            let running = 0, failed = '';
            const children = [];
            for (let i = 0; i < 100 && !failed; i++) {
                const child = spawn('sleep', ['20']);
                child.on('error', e => { failed = failed || e.code; });
                if (child.pid) { running++; children.push(child); } else failed = 'EAGAIN';
            }
            const threads = require('fs').readdirSync('/proc/self/task').length;
            setTimeout(() => { console.log(failed); console.log(running + threads); children.forEach(c => c.kill('SIGKILL')); process.exit(0); }, 50);
            """);

        AssertLimit(execution, "EAGAIN");
    }

    [Theory, Case("C1"), Case("C2"), Trait(Speed.Name, Speed.Slow)]
    [InlineData("python", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")]
    [InlineData("python", "import subprocess\nsubprocess.run(['sh', '-c', 'f() { f | f & }; f; sleep 60'])")]
    [InlineData("javascript", "const { spawn } = require('child_process'); const f = () => { try { spawn(process.execPath, [__filename]).on('error', () => {}) } catch {} setImmediate(f) }; f()")]
    public async Task A_fork_bomb_ends_by_itself_or_in_time(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        // How it ends is the bomb's own matter: in errors, in time or in memory. That it ends, and alone, is ours.
        Assert.Null(execution.Error);
        Assert.InRange(execution.ExecutionTimeMs, 0, 10_500);
        if (execution.TimedOut) execution.AssertExit(124, "timeout");

        (await Service.PythonAsync("print('alive')")).AssertExit(0).AssertStdout("alive\n");
    }

    private static void AssertLimit(Execution execution, string word)
    {
        execution.AssertExit(0);
        var lines = execution.Stdout.Split('\n');
        Assert.Equal(word, lines[0]);

        // All tasks counted, the main one too. A supervisor's process inside the limit may take a place or two.
        Assert.InRange(int.Parse(lines[1], CultureInfo.InvariantCulture), 62, 64);
    }
}
