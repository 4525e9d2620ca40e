using System.Globalization;

namespace Mayfly.ContractTests.Limits;

/// <summary>Half a core: throttled, 50 ms in each 100 ms. Measured by the program itself, and alone.</summary>
public sealed class CpuLimitTests(Service service) : ServiceTests(service)
{
    private static readonly Table<(string Language, string Code)> Busy = new()
    {
        ["a Python loop"] = ("python", """
            import time
            wall, cpu = time.monotonic(), time.process_time()
            while time.monotonic() - wall < 3: pass
            print((time.process_time() - cpu) / (time.monotonic() - wall))
            """),
        ["four Python children"] = ("python", """
            import os, resource, time
            wall = time.monotonic()
            for _ in range(4):
                if os.fork() == 0:
                    while time.monotonic() - wall < 3: pass
                    os._exit(0)
            for _ in range(4): os.wait()
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            print((used.ru_utime + used.ru_stime) / (time.monotonic() - wall))
            """),
        ["a JavaScript loop"] = ("javascript", """
            const wall = Date.now(), cpu = process.cpuUsage();
            while (Date.now() - wall < 3000);
            const used = process.cpuUsage(cpu);
            console.log((used.user + used.system) / 1000 / (Date.now() - wall));
            """),
        ["four JavaScript workers"] = ("javascript", """
            const { Worker, isMainThread } = require('worker_threads');
            const wall = Date.now(), cpu = process.cpuUsage();
            if (isMainThread) {
                let left = 4;
                for (let i = 0; i < 4; i++) new Worker(__filename).on('exit', () => {
                    if (--left) return;
                    const used = process.cpuUsage(cpu);
                    console.log((used.user + used.system) / 1000 / (Date.now() - wall));
                });
            } else while (Date.now() - wall < 2000);
            """),
    };

    public static IEnumerable<TheoryDataRow<string>> BusyRows => Busy.Rows;

    [Theory(DisableParallelization = true), MemberData(nameof(BusyRows)), Case("A14"), Trait(Speed.Name, Speed.Slow)]
    public async Task Half_a_core_is_what_is_given_to(string program)
    {
        var (language, code) = Busy[program];

        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(0);

        // The upper bound is the limit. The lower one is far below it, for a machine that has other things to do.
        Assert.InRange(double.Parse(execution.Stdout, CultureInfo.InvariantCulture), 0.15, 0.6);
    }

    [Fact(DisableParallelization = true)]
    public async Task A_little_work_now_and_then_never_stalls()
    {
        // 10 ms of work in each 100 ms: a tenth of a core. A stall would last 50 ms; the middle step of many does not know
        // what else the machine was doing at one moment or another.
        var execution = await Service.PythonAsync("""
            import statistics, time
            steps = []
            time.sleep(0.3)
            for _ in range(21):
                began, cpu = time.monotonic(), time.process_time()
                while time.process_time() - cpu < 0.01: pass
                steps.append(time.monotonic() - began)
                time.sleep(0.09)
            print(statistics.median(steps))
            """);

        execution.AssertExit(0);
        Assert.InRange(double.Parse(execution.Stdout, CultureInfo.InvariantCulture), 0.009, 0.04);
    }

    [Fact, Case("A15")]
    public async Task Priority_cannot_be_raised()
    {
        var execution = await Service.PythonAsync("""
            import os
            for attempt in (lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), lambda: os.nice(-20), lambda: os.setpriority(os.PRIO_PROCESS, 0, -20)):
                try: attempt(); print('raised')
                except OSError as e: print(e.errno in (1, 13))
            """);

        execution.AssertExit(0).AssertStdout("True\nTrue\nTrue\n");
    }
}
