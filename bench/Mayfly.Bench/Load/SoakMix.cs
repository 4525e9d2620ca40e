using System.Text.Json;
using Mayfly.Bench.Contenders;

namespace Mayfly.Bench.Load;

/// <summary>A program of a soak, and how it must end.</summary>
internal sealed record SoakProgram(Workload Workload, int ExitCode);

/// <summary>What a soak runs: a thousand programs in an order that is the same in every run, again and again.</summary>
/// <remarks>
/// Most are ordinary, some fail, some leave behind what they can, some run into a limit. The hostile ones are those of tests/attacks that end in one way
/// with output that is known to the byte, a few each time round. Of those that wait for the time limit there are two in a thousand, and none that computes meanwhile:
/// more would make a soak long, and nothing else.
/// </remarks>
internal sealed class SoakMix
{
    private const int Size = 1000;
    private const int Hostile = 60;
    private const int Waiting = 2;

    // Coprime to the size: walks the whole mix before anything comes again.
    private const int Stride = 371;

    private static readonly (Workload Program, int ExitCode, int Share)[] s_ordinary =
    [
        (new("print", "python", "print(1)", "1\n"), 0, 398),
        (new("console.log", "javascript", "console.log(1)", "1\n"), 0, 200),
        (new("files", "python", "open('a','w').write('x'*100000)\nopen('/tmp/b','w').write('y'*100000)\nprint(len(open('a').read()))", "100000\n"), 0, 80),
        (new("daemon left behind", "python", "import os,time\nif os.fork()==0:\n    os.setsid()\n    time.sleep(60)\nprint('gone')", "gone\n"), 0, 60),
        (new("exception", "python", "raise SystemExit(3)", ""), 3, 60),
        (new("syntax error", "javascript", "let let = 1", ""), 1, 30),
        (new("kills itself", "python", "import os\nos.kill(os.getpid(), 9)", ""), 137, 30),
        (new("sockets", "python", "import socket\nlistener = socket.create_server(('127.0.0.1', 0))\nends = [socket.create_connection(listener.getsockname()) for _ in range(5)]\nprint(len(ends))", "5\n"), 0, 20),
        (new("numpy", "python", "import numpy\nprint(int(numpy.arange(10).sum()))", "45\n"), 0, 20),
        (new("output flood", "python", "import sys\nfor _ in range(300):\n    sys.stdout.write('A'*10000)", new string('A', 1 << 20)), 0, 20),
        (new("out of memory", "python", "b = bytearray(1 << 30)", ""), 137, 10),
        (new("child process", "javascript", "console.log(require('child_process').execSync('echo hi').toString().trim())", "hi\n"), 0, 10),
    ];

    // They hold a slot for ten seconds and wait.
    private static readonly string[] s_waiting = ["sleeps.py", "sleeps.js", "ignores_signals.py", "stops_itself.py", "stopped_child.py", "awaits_forever.py", "atomics_wait.js"];

    private readonly IReadOnlyList<SoakProgram> _ordinary;
    private readonly IReadOnlyList<SoakProgram> _hostile;
    private readonly IReadOnlyList<SoakProgram> _waiting;

    public SoakMix()
    {
        _ordinary = [.. s_ordinary.SelectMany(entry => Enumerable.Repeat(new SoakProgram(entry.Program, entry.ExitCode), entry.Share))];
        var attacks = Attacks();
        _hostile = [.. attacks.Where(program => program.ExitCode != 124)];
        _waiting = [.. attacks.Where(program => s_waiting.Contains(program.Workload.Name))];
        if (_ordinary.Count + Hostile + Waiting != Size) throw new InvalidOperationException($"the shares of a soak are {_ordinary.Count} and not {Size - Hostile - Waiting}");
    }

    /// <summary>How many programs of tests/attacks it draws from.</summary>
    public int Attackers => _hostile.Count + _waiting.Count;

    /// <summary>The one whose turn it is.</summary>
    public SoakProgram At(long number)
    {
        var (round, place) = (number / Size, (int)(number % Size * Stride % Size));
        return place < Hostile ? _hostile[(int)((round * Hostile + place) % _hostile.Count)]
            : place < Hostile + Waiting ? _waiting[(int)((round * Waiting + place - Hostile) % _waiting.Count)]
            : _ordinary[place - Hostile - Waiting];
    }

    /// <summary>Those that end in one way, with output that is known.</summary>
    private static List<SoakProgram> Attacks()
    {
        using var suite = JsonDocument.Parse(Text("cases.json"));
        return
        [
            .. suite.RootElement.GetProperty("cases").EnumerateArray()
                .Where(attack => !attack.TryGetProperty("copies", out _) && attack.GetProperty("expect").GetArrayLength() == 1)
                .Select(attack => (Program: attack.GetProperty("program").GetString()!, Expect: attack.GetProperty("expect")[0]))
                .Where(attack => attack.Expect.EnumerateObject().All(said => said.Name is "end" or "stdout"))
                .Select(attack => new SoakProgram(
                    new(attack.Program, attack.Program.EndsWith(".py", StringComparison.Ordinal) ? "python" : "javascript", Text(attack.Program), Lines(attack.Expect)),
                    ExitCode(attack.Expect.GetProperty("end").GetString()!)))
                .DistinctBy(program => program.Workload.Name),
        ];
    }

    private static string Lines(JsonElement expect) =>
        expect.TryGetProperty("stdout", out var lines) ? string.Concat(lines.EnumerateArray().Select(line => line.GetString() + "\n")) : "";

    private static int ExitCode(string end) => end.Split(' ') switch
    {
        ["exit", var code] => int.Parse(code, System.Globalization.CultureInfo.InvariantCulture),
        ["signal", var number] => 128 + int.Parse(number, System.Globalization.CultureInfo.InvariantCulture),
        ["timeout"] => 124,
        ["out", "of", "memory"] => 137,
        _ => throw new InvalidDataException($"tests/attacks/cases.json: \"{end}\" is no end"),
    };

    private static string Text(string name)
    {
        using var stream = typeof(SoakMix).Assembly.GetManifestResourceStream($"attacks/{name}") ?? throw new InvalidDataException($"tests/attacks: there is no {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
