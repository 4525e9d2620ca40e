using Google.Protobuf;
using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>Each limit, at the limit.</summary>
public abstract class LimitTests(SharedCell shared)
{
    private static readonly Limits s_oneSecond = new() { TimeMs = 1000 };
    private static readonly Limits s_64MiB = new() { MemoryBytes = 64 << 20 };

    private CellUnderTest Cell => shared.Cell;

    public static TheoryData<Language, string> Endless => new()
    {
        { Language.Python, "print('a')\nwhile True: pass" },
        { Language.Python, "import time\nprint('a')\ntime.sleep(60)" },
        { Language.Python, "import re\nprint('a')\nre.match(r'(a+)+$', 'a' * 40 + 'b')" },
        { Language.Python, "import os, signal\nprint('a')\nif os.fork() == 0: os.kill(os.getpid(), signal.SIGSTOP)\nos.wait()" },
        { Language.Python, "import signal\nfor n in (1, 2, 3, 15, 24): signal.signal(n, signal.SIG_IGN)\nprint('a')\nwhile True: pass" },
        { Language.Python, "import threading\nprint('a')\nfor _ in range(8): threading.Thread(target=lambda: any(iter(int, 1))).start()" },
        { Language.Javascript, "console.log('a'); for (;;);" },
        { Language.Javascript, "console.log('a'); setInterval(() => {}, 1000)" },
    };

    [Theory, MemberData(nameof(Endless))]
    public void Time_limit_ends_it_and_output_is_kept(Language language, string code)
    {
        var ran = Cell.Finish(Cell.Start(language, code, s_oneSecond));

        Assert.Equal(Termination.Timeout, ran.Finished.Termination);
        Assert.Equal("a\n", ran.Stdout);
        // A busy machine is late to see it; it may not be late by another limit.
        Assert.InRange(ran.Finished.WallTimeUs, 1_000_000UL, 1_990_000UL);
        // Half a core, the saved part of a period, and what each CPU may borrow.
        Assert.InRange(ran.Finished.CpuTimeUs, 50UL, (ran.Finished.WallTimeUs / 2) + 200_000UL);
    }

    [Fact]
    public void Program_just_below_the_time_limit_ends_by_itself() =>
        Assert.Equal(Termination.Exit, Cell.Python("import time; time.sleep(0.6)", s_oneSecond).Finished.Termination);

    public static TheoryData<string> Hogs =>
    [
        "b = bytearray(1 << 30)\nfor i in range(0, len(b), 4096): b[i] = 1",
        "a = []\nwhile True: a.append('x' * 100000)",
        "import mmap\nm = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1",
        "import os\nf = os.memfd_create('x')\nwhile True: os.write(f, b'x' * (1 << 20))",
        // Only a child runs out of memory, and its parent would go on.
        "import os, time\nif os.fork() == 0:\n  a = []\n  while True: a.append(b'x' * (1 << 20))\nos.wait()\nprint('survived')\ntime.sleep(30)",
        // Several share what is too much.
        "import os, time\nfor _ in range(4):\n  if os.fork() == 0:\n    a = bytearray(40 << 20)\n    time.sleep(30)\ntime.sleep(30)",
    ];

    [Theory, MemberData(nameof(Hogs))]
    public void Memory_limit_ends_the_whole_execution(string code)
    {
        var ran = Cell.Python(code, s_64MiB);

        Assert.Equal(Termination.OutOfMemory, ran.Finished.Termination);
        Assert.InRange(ran.Finished.PeakMemoryBytes, 62UL << 20, 64UL << 20);
        Assert.InRange(ran.Finished.WallTimeUs, 1UL, 8_000_000UL);
        Assert.Equal("", ran.Stdout);
    }

    [Fact]
    public void Memory_just_below_the_limit_is_there() =>
        Assert.Equal(Termination.Exit, Cell.Python("b = bytearray(50 << 20)", s_64MiB).Finished.Termination);

    [Fact]
    public void Files_count_as_memory() =>
        Assert.Equal(Termination.OutOfMemory, Cell.Python("open('f', 'wb').write(b'x' * (30 << 20))", new Limits { MemoryBytes = 32 << 20 }).Finished.Termination);

    [Fact]
    public void Process_limit_gives_EAGAIN()
    {
        const string Code = """
            import os, time
            n = 0
            try:
                while True:
                    if os.fork() == 0: time.sleep(30); os._exit(0)
                    n += 1
            except BlockingIOError:
                print(n)
            """;

        Assert.Equal("63\n", Cell.Python(Code).Stdout);
        Assert.Equal("9\n", Cell.Python(Code, new Limits { Processes = 10 }).Stdout);
    }

    [Fact]
    public void Fork_bomb_ends_at_the_time_limit()
    {
        var ran = Cell.Python("import os\nwhile True:\n  try: os.fork()\n  except OSError: pass", s_oneSecond);

        Assert.Equal(Termination.Timeout, ran.Finished.Termination);
        Assert.InRange(ran.Finished.WallTimeUs, 1_000_000UL, 1_500_000UL);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    public void Output_limit_holds_to_the_byte(int beyond, bool truncated)
    {
        var limits = new Limits { OutputBytes = 100_000 };

        var ran = Cell.Python($"import sys; sys.stdout.write('x' * {100_000 + beyond}); sys.stderr.write('y' * {100_000 + beyond})", limits);

        Assert.Equal(Math.Min(100_000, 100_000 + beyond), ran.Stdout.Length);
        Assert.Equal(Math.Min(100_000, 100_000 + beyond), ran.Stderr.Length);
        Assert.Equal((truncated, truncated), (ran.Finished.StdoutTruncated, ran.Finished.StderrTruncated));
    }

    [Fact]
    public void Flood_on_both_streams_is_drained_and_the_program_ends_by_itself()
    {
        const string Code = """
            import os
            for _ in range(200):
                os.write(1, b'a' * 65536)
                os.write(2, b'b' * 65536)
            """;

        var ran = Cell.Python(Code);

        Assert.Equal(Termination.Exit, ran.Finished.Termination);
        Assert.Equal((1 << 20, 1 << 20), (ran.Stdout.Length, ran.Stderr.Length));
        Assert.True(ran.Finished is { StdoutTruncated: true, StderrTruncated: true });
    }

    [Fact]
    public void Writable_space_and_number_of_files_are_limited()
    {
        const string Code = """
            import errno, os
            def until_error(step):
                n = 0
                try:
                    while True: n += step(n)
                except OSError as e:
                    return n, errno.errorcode[e.errno]
            def make(n):
                open(f"/sandbox/{n}", "w").close()
                return 1
            with open("/tmp/a", "wb", buffering=0) as f:
                n, error = until_error(lambda n: f.write(b"x" * (1 << 20)))
                print((63 << 20) < n < (64 << 20), error)
            os.remove("/tmp/a")
            n, error = until_error(make)
            print(8000 < n < 8192, error)
            """;

        Assert.Equal("True ENOSPC\nTrue ENOSPC\n", Cell.Python(Code).Stdout);
    }

    [Fact]
    public void Execute_may_not_ask_for_more_than_was_configured()
    {
        var finished = Cell.Python("print(1)", new Limits { MemoryBytes = CellUnderTest.MemoryBytes + 1 }).Finished;

        Assert.Equal((Termination.Infrastructure, false), (finished.Termination, finished.Started));
        Assert.Contains("limits.memory_bytes", finished.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Lowered_limits_are_of_one_execution_only()
    {
        Assert.Equal(Termination.OutOfMemory, Cell.Python("bytearray(100 << 20)", s_64MiB).Finished.Termination);
        for (var i = 0; i < 2; i++) Assert.Equal(Termination.Exit, Cell.Python("bytearray(100 << 20)").Finished.Termination);
    }

    [Fact]
    public void Program_of_the_largest_size_runs()
    {
        // The frame's limit less what else is in it.
        var padding = new string('#', (1024 * 1024) - 100);

        Assert.Equal("1\n", Cell.Run(new Execute { Language = Language.Python, Code = ByteString.CopyFromUtf8($"print(1)\n{padding}\n") }).Stdout);
    }
}

/// <summary>In fresh interpreters.</summary>
public sealed class ColdLimitTests(SharedCell shared) : LimitTests(shared), IClassFixture<SharedCell>;

/// <summary>In children of warm interpreters.</summary>
public sealed class WarmLimitTests(SharedWarmCell shared) : LimitTests(shared), IClassFixture<SharedWarmCell>;
