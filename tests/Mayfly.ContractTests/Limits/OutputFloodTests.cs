namespace Mayfly.ContractTests.Limits;

/// <summary>Programs that write without end: the first megabyte of each stream is kept, the rest is drained.</summary>
public sealed class OutputFloodTests(Service service) : ServiceTests(service)
{
    private const int Limit = 1_048_576;

    private static readonly Table<(string Language, string Code, string[] Cut)> Floods = new()
    {
        ["python: stdout"] = ("python", "while True: print('A' * 10000)", ["stdout"]),
        ["python: stderr"] = ("python", "import sys\nwhile True: print('A' * 10000, file=sys.stderr)", ["stderr"]),
        ["python: both, unbuffered, without a newline"] = ("python", "import os\nwhile True:\n    os.write(1, b'A' * 1000)\n    os.write(2, b'A' * 1000)", ["stderr", "stdout"]),
        ["javascript: stdout"] = ("javascript", "const fs = require('fs'); for (;;) fs.writeSync(1, 'A'.repeat(10000))", ["stdout"]),
        ["javascript: stderr"] = ("javascript", "const fs = require('fs'); for (;;) fs.writeSync(2, 'A'.repeat(10000))", ["stderr"]),
    };

    public static IEnumerable<TheoryDataRow<string>> Rows => Floods.Rows;

    [Theory, MemberData(nameof(Rows)), Case("D1"), Case("D2"), Case("D3"), Trait(Speed.Name, Speed.Slow)]
    public async Task Flood_of(string claim)
    {
        var (language, code, cut) = Floods[claim];

        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(124, "timeout");
        Assert.Equal(cut, execution.Truncated);
        Assert.Equal(cut.Contains("stdout") ? Limit : 0, execution.Stdout.Length);
        Assert.Equal(cut.Contains("stderr") ? Limit : 0, execution.Stderr.Length);
        Assert.InRange(execution.MemoryUsageMb, 1, 120);
    }

    [Fact]
    public async Task A_flood_of_children_is_one_stream()
    {
        var execution = await Service.PythonAsync("import os\nfor c in b'ab':\n    if os.fork() == 0:\n        for _ in range(32): os.write(1, bytes([c]) * 65536)\n        os._exit(0)\nos.wait(); os.wait()");

        execution.AssertExit(0);
        Assert.Equal(["stdout"], execution.Truncated);
        Assert.Equal(Limit, execution.Stdout.Length);
        Assert.Empty(execution.Stdout.Except("ab"));
    }

    [Fact, Case("D7")]
    public async Task Ten_answers_of_six_megabytes_of_JSON_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Service.PythonAsync("import os\nfor _ in range(16): os.write(1, b'\\x01' * 65536)")));

        foreach (var execution in answers)
        {
            execution.AssertExit(0);
            Assert.Equal(Limit, execution.Stdout.Length);
        }
    }

    [Fact, Case("D12")]
    public async Task Frames_and_results_that_a_program_writes_are_text()
    {
        const string Code = "import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b'x'); print('wrote', fd)\n    except OSError: pass\nos.write(1, b'{\"exitCode\":0}\\n\\x00\\x00\\x00\\x05\\x08\\x01')\nraise SystemExit(4)";

        var execution = await Service.PythonAsync(Code);

        execution.AssertExit(4).AssertStdout("{\"exitCode\":0}\n\0\0\0\u0005\b\u0001");
    }
}
