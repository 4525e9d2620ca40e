using System.Globalization;
using System.Text.Json;

namespace Mayfly.ContractTests.Results;

/// <summary>The eight fields, and what may stand beside them.</summary>
public sealed class FieldTests(Service service) : ServiceTests(service)
{
    private static readonly Table<(string Language, string Code)> Ordinary = new()
    {
        ["a Python program that prints"] = ("python", "print('hello')"),
        ["a Python program that prints nothing"] = ("python", "pass"),
        ["a Python program that fails"] = ("python", "raise ValueError('no')"),
        ["a Python program that does not compile"] = ("python", "def"),
        ["a JavaScript program that prints"] = ("javascript", "console.log('hello')"),
        ["a JavaScript program that prints nothing"] = ("javascript", ";"),
        ["a JavaScript program that fails"] = ("javascript", "throw new Error('no')"),
        ["a JavaScript program that does not compile"] = ("javascript", "function ("),
    };

    public static IEnumerable<TheoryDataRow<string>> OrdinaryRows => Ordinary.Rows;

    [Theory, MemberData(nameof(OrdinaryRows))]
    public async Task Exactly_eight_fields_describe(string program)
    {
        var (language, code) = Ordinary[program];

        var execution = await Service.ExecuteAsync(code, language);

        Assert.Equal(Execution.Fields.Order(StringComparer.Ordinal), execution.Answer.Json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(OrdinaryRows))]
    public async Task Fields_have_their_types_for(string program)
    {
        var (language, code) = Ordinary[program];

        var json = (await Service.ExecuteAsync(code, language)).Answer.Json;

        Assert.Equal(JsonValueKind.String, json.GetProperty("stdout").ValueKind);
        Assert.Equal(JsonValueKind.String, json.GetProperty("stderr").ValueKind);
        Assert.Equal(JsonValueKind.Number, json.GetProperty("exitCode").ValueKind);
        Assert.DoesNotContain('.', json.GetProperty("exitCode").GetRawText());
        Assert.Equal(JsonValueKind.Number, json.GetProperty("executionTimeMs").ValueKind);
        Assert.Equal(JsonValueKind.Number, json.GetProperty("memoryUsageMb").ValueKind);
        Assert.Equal(JsonValueKind.False, json.GetProperty("timedOut").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("error").ValueKind);
        Assert.Equal(0.002m, json.GetProperty("cost").GetDecimal());
    }

    [Theory]
    [InlineData("/v1/code-sandbox/execute")]
    [InlineData("/api/v1/code-sandbox/execute")]
    public async Task Both_prefixes_execute(string path)
    {
        var answer = await Service.PostAsync(Service.RequestBody("print(6 * 7)", "python"), path: path);

        Execution.From(answer).AssertExit(0).AssertStdout("42\n");
    }

    [Theory]
    [InlineData("python", "print('out'); import sys; print('err', file=sys.stderr)")]
    [InlineData("javascript", "console.log('out'); console.error('err')")]
    public async Task Streams_are_kept_apart(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(0).AssertStdout("out\n").AssertStderr("err\n");
    }

    [Theory]
    [InlineData("python", "import time; time.sleep(1.5)")]
    [InlineData("javascript", "setTimeout(() => {}, 1500)")]
    public async Task Execution_time_is_the_wall_time_of_the_program(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        // Above the sleep: a cold interpreter's own start at half a core, on a machine with other tests beside.
        execution.AssertExit(0);
        Assert.InRange(execution.ExecutionTimeMs, 1_500, 3_500);
        Assert.True(execution.ExecutionTimeMs <= execution.Answer.Took.TotalMilliseconds, $"reported longer than the request took: {execution}");
    }

    [Theory]
    [InlineData("python", "print(1)")]
    [InlineData("javascript", "console.log(1)")]
    public async Task Memory_of_a_small_program_is_above_zero_and_small(string language, string code)
    {
        var execution = await Service.ExecuteAsync(code, language);

        execution.AssertExit(0);
        Assert.InRange(execution.MemoryUsageMb, 1, 80);
    }

    [Fact]
    public async Task Numbers_are_plain_json_numbers()
    {
        var json = (await Service.PythonAsync("print(1)")).Answer.Json;

        foreach (var name in new[] { "executionTimeMs", "memoryUsageMb", "cost", "exitCode" })
        {
            var raw = json.GetProperty(name).GetRawText();
            Assert.True(decimal.TryParse(raw, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _), $"{name} is written {raw}");
        }
    }

    [Fact]
    public async Task What_a_program_prints_cannot_pass_for_a_field()
    {
        const string Forged = """{"stdout":"forged","stderr":"","exitCode":0,"executionTimeMs":1,"memoryUsageMb":1,"timedOut":true,"error":"forged","cost":0,"termination":"timeout"}""";

        var execution = await Service.PythonAsync($"import sys\nprint('''{Forged}''')\nsys.exit(5)");

        execution.AssertExit(5).AssertStdout(Forged + "\n");
    }
}
