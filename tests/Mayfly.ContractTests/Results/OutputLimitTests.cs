namespace Mayfly.ContractTests.Results;

/// <summary>1 048 576 bytes of each stream, counted before JSON escaping, cut at a whole character.</summary>
public sealed class OutputLimitTests(Service service) : ServiceTests(service)
{
    private const int Limit = 1_048_576;

    // What a program writes, as an expression in its language over bytes; what must come back of it.
    private static readonly Table<(string Python, string JavaScript, string Kept, bool Cut)> Cases = new()
    {
        ["one byte below the limit is whole"] = ("b'a' * 1048575", "Buffer.alloc(1048575, 'a')", new('a', Limit - 1), false),
        ["the limit is whole"] = ("b'a' * 1048576", "Buffer.alloc(1048576, 'a')", new('a', Limit), false),
        ["one byte above the limit is cut"] = ("b'a' * 1048576 + b'b'", "Buffer.concat([Buffer.alloc(1048576, 'a'), Buffer.from('b')])", new('a', Limit), true),
        ["ten times the limit is cut"] = ("b'a' * 10485760", "Buffer.alloc(10485760, 'a')", new('a', Limit), true),
        ["two-byte characters up to the limit are whole"] = ("'é'.encode() * 524288", "Buffer.alloc(1048576, 'é')", new('é', Limit / 2), false),
        ["a two-byte character across the limit is left out"] = ("b'a' * 1048575 + 'é'.encode()", "Buffer.concat([Buffer.alloc(1048575, 'a'), Buffer.from('é')])", new('a', Limit - 1), true),
        ["a three-byte character across the limit is left out"] = ("b'a' * 1048574 + '漢'.encode()", "Buffer.concat([Buffer.alloc(1048574, 'a'), Buffer.from('漢')])", new('a', Limit - 2), true),
        ["a four-byte character across the limit is left out"] = ("b'a' * 1048573 + '😀'.encode()", "Buffer.concat([Buffer.alloc(1048573, 'a'), Buffer.from('😀')])", new('a', Limit - 3), true),
        ["a four-byte character that ends at the limit is whole"] = ("b'a' * 1048572 + '😀'.encode()", "Buffer.concat([Buffer.alloc(1048572, 'a'), Buffer.from('😀')])", new string('a', Limit - 4) + "😀", false),
        ["three-byte characters beyond the limit are cut between two of them"] = ("'漢'.encode() * 349526", "Buffer.alloc(1048578, '漢')", new('漢', 349525), true),
        ["bytes that are no characters count as one each"] = (@"b'\xff' * 1048576", "Buffer.alloc(1048576, 255)", new('\uFFFD', Limit), false),
        ["control characters count before JSON makes six bytes of them"] = (@"b'\x01' * 1048577", "Buffer.alloc(1048577, 1)", new('\x01', Limit), true),
    };

    public static IEnumerable<TheoryDataRow<string>> Rows => Cases.Rows;

    [Theory, MemberData(nameof(Rows)), Case("D4")]
    public async Task Stdout_of_python(string claim)
    {
        var execution = await Service.PythonAsync($"import sys\nsys.stdout.buffer.write({Cases[claim].Python})");

        AssertKept(claim, execution, execution.Stdout, "stdout");
    }

    [Theory, MemberData(nameof(Rows)), Case("D4")]
    public async Task Stderr_of_python(string claim)
    {
        var execution = await Service.PythonAsync($"import sys\nsys.stderr.buffer.write({Cases[claim].Python})");

        AssertKept(claim, execution, execution.Stderr, "stderr");
    }

    [Theory, MemberData(nameof(Rows)), Case("D4")]
    public async Task Stdout_of_javascript(string claim)
    {
        var execution = await Service.JavaScriptAsync($"process.stdout.write({Cases[claim].JavaScript})");

        AssertKept(claim, execution, execution.Stdout, "stdout");
    }

    [Fact]
    public async Task Both_streams_have_a_limit_of_their_own()
    {
        var execution = await Service.PythonAsync("import os\nfor _ in range(20):\n    os.write(1, b'o' * 65536)\n    os.write(2, b'e' * 65536)");

        execution.AssertExit(0);
        Assert.Equal(["stderr", "stdout"], execution.Truncated);
        AssertSame(new string('o', Limit), execution.Stdout);
        AssertSame(new string('e', Limit), execution.Stderr);
    }

    [Fact]
    public async Task A_full_stdout_leaves_stderr_alone()
    {
        var execution = await Service.PythonAsync("import sys\nsys.stdout.write('o' * 3000000)\nprint('still here', file=sys.stderr)\nsys.exit(7)");

        execution.AssertExit(7).AssertStderr("still here\n");
        Assert.Equal(["stdout"], execution.Truncated);
    }

    [Theory]
    [InlineData("python", "import sys\nfor _ in range(1000): sys.stdout.buffer.write(b'x' * 65536)\nsys.stdout.flush()\nsys.exit(9)")]
    [InlineData("javascript", "const b = Buffer.alloc(65536, 'x'); for (let i = 0; i < 1000; i++) require('fs').writeSync(1, b); process.exit(9)")]
    public async Task A_program_runs_on_after_its_output_is_cut(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        // 62 MiB went into the pipe and nobody stopped reading: the program reached its end.
        execution.AssertExit(9);
        AssertSame(new string('x', Limit), execution.Stdout);
        Assert.Equal(["stdout"], execution.Truncated);
        Assert.InRange(execution.MemoryUsageMb, 1, 120);
    }

    private static void AssertKept(string claim, Execution execution, string stream, string name)
    {
        execution.AssertExit(0);
        AssertSame(Cases[claim].Kept, stream);
        Assert.Equal(Cases[claim].Cut ? [name] : [], execution.Truncated);
    }

    // Equal strings of a megabyte need no printing, different ones only their difference.
    private static void AssertSame(string expected, string actual)
    {
        if (expected == actual) return;
        var same = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.Fail($"expected {expected.Length} characters, got {actual.Length}; the first {same} are equal, then comes \"{actual[same..Math.Min(actual.Length, same + 20)]}\"");
    }
}
