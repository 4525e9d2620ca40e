using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Mayfly.Agent.Jails;

namespace Mayfly.UnitTests.Agent;

/// <summary>The C# structs and enums are those of cell/jail/protocol.h: a C compiler says what the header means.</summary>
public sealed partial class JailerProtocolTests
{
    private static readonly (string Struct, Type Mirror)[] s_structs =
    [
        ("request", typeof(Request)), ("report", typeof(Report)), ("notice", typeof(Notice)), ("start", typeof(StartHeader)), ("start_file", typeof(StartFile)), ("ending", typeof(EndingPage)),
    ];

    private static readonly (string Prefix, Type Mirror)[] s_enums =
    [
        ("REQUEST_", typeof(RequestKind)), ("REPORT_", typeof(ReportKind)), ("NOTICE_", typeof(NoticeKind)), ("STEP_", typeof(JailStep)),
    ];

    private static readonly string s_header = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cell/jail/protocol.h"));

    [Fact]
    public void Structs_have_the_headers_sizes_and_offsets()
    {
        var questions = new List<(string Expression, long Mirror)>();
        foreach (var (name, mirror) in s_structs)
        {
            questions.Add(($"sizeof(struct {name})", Marshal.SizeOf(mirror)));
            foreach (var field in mirror.GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                questions.Add(($"offsetof(struct {name}, {SnakeCase(field.Name)})", Marshal.OffsetOf(mirror, field.Name)));
            }
        }

        Assert.Equal(questions.Select(question => (question.Expression, question.Mirror)), Ask(questions.Select(question => question.Expression)));
    }

    [Fact]
    public void Enums_have_the_headers_members_and_values()
    {
        foreach (var (prefix, mirror) in s_enums)
        {
            var inHeader = Members().Matches(s_header).Select(match => match.Value).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Distinct().ToArray();
            var mirrored = Enum.GetValues(mirror).Cast<object>().Select(value => (prefix + SnakeCase(value.ToString()!).ToUpperInvariant(), Convert.ToInt64(value, CultureInfo.InvariantCulture)));

            Assert.NotEmpty(inHeader);
            Assert.Equal(Ask(inHeader), mirrored);
        }
    }

    [Fact]
    public void Bounds_are_the_headers() => Assert.Equal(
        [("START_MAGIC", StartHeader.ExpectedMagic), ("ENDING_DONE", EndingPage.SaidDone), ("JAIL_MAX_START_BYTES", StartHeader.MaxBytes), ("JAIL_MAX_SLOTS", Mayfly.Protocol.FrameLimits.MaxSlots),
            ("JAIL_MAX_ARGUMENTS", StartHeader.MaxArguments), ("JAIL_MAX_VARIABLES", StartHeader.MaxVariables), ("JAIL_MAX_FILES", StartHeader.MaxFiles)],
        Ask(["START_MAGIC", "ENDING_DONE", "JAIL_MAX_START_BYTES", "JAIL_MAX_SLOTS", "JAIL_MAX_ARGUMENTS", "JAIL_MAX_VARIABLES", "JAIL_MAX_FILES"]));

    // The values that a compiler gives to the expressions.
    private static List<(string Expression, long Value)> Ask(IEnumerable<string> expressions)
    {
        var directory = Directory.CreateTempSubdirectory("protocol-").FullName;
        try
        {
            var list = expressions.ToList();
            var lines = list.Select(expression => $"    printf(\"%lld\\n\", (long long)({expression}));");
            File.WriteAllText($"{directory}/protocol.h", s_header);
            File.WriteAllText($"{directory}/ask.c", $"#include <stddef.h>\n#include <stdio.h>\n#include \"protocol.h\"\nint main(void)\n{{\n{string.Join('\n', lines)}\n}}\n");
            Assert.SkipUnless(Run("gcc", $"-o {directory}/ask {directory}/ask.c", out _), "a C compiler is needed to read protocol.h");
            Assert.True(Run($"{directory}/ask", "", out var answer));
            return [.. list.Zip(answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line, CultureInfo.InvariantCulture)))];
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static bool Run(string program, string arguments, out string output)
    {
        output = "";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string SnakeCase(string name) => WordStarts().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStarts();

    [GeneratedRegex(@"(?<=^\s+)(REQUEST|REPORT|NOTICE|STEP)_[A-Z_]+(?=[ ,])", RegexOptions.Multiline)]
    private static partial Regex Members();
}
