using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.ContractTests.Endpoints;

/// <summary>What the service says of itself: runtimes, limits, health, metrics.</summary>
public sealed partial class DescriptionTests(Service service) : ServiceTests(service)
{
    [Theory]
    [InlineData("/v1/code-sandbox/runtimes")]
    [InlineData("/api/v1/code-sandbox/runtimes")]
    public async Task Runtimes_are_those_that_programs_find(string path)
    {
        var python = (await Service.PythonAsync("""
            import platform
            from importlib.metadata import version
            print(platform.python_version(), *map(version, ('numpy', 'pandas', 'sympy', 'python-dateutil', 'pillow')), sep='\n')
            """)).AssertExit(0);
        var javascript = (await Service.JavaScriptAsync("""
            console.log([process.versions.node, ...['lodash', 'dayjs', 'mathjs'].map(name => require(name + '/package.json').version)].join('\n'))
            """)).AssertExit(0);

        var answer = await Service.GetAsync(path);

        Assert.Equal(200, answer.Status);
        var texts = Leaves(answer.Json).Select(l => l.ToString()).ToList();
        // A distribution may add its own mark to a version: 2.2.3+dfsg is 2.2.3.
        foreach (var version in (python.Stdout + javascript.Stdout).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('+')[0]))
            Assert.True(texts.Any(t => t.Split('+')[0] == version), $"programs find {version}, which is not in {answer}");
        foreach (var name in new[] { "python", "javascript", "numpy", "pandas", "sympy", "python-dateutil", "lodash", "dayjs", "mathjs" })
            Assert.Contains(name, answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("pillow", answer.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(texts, t => Digest().IsMatch(t));
    }

    [Theory]
    [InlineData("/v1/code-sandbox/limits")]
    [InlineData("/api/v1/code-sandbox/limits")]
    public async Task Limits_are_those_of_the_contract(string path)
    {
        var answer = await Service.GetAsync(path);

        Assert.Equal(200, answer.Status);
        var numbers = Leaves(answer.Json).Where(l => l.ValueKind == JsonValueKind.Number).Select(l => l.GetDecimal()).ToList();
        foreach (var limit in new[] { 10_000m, 268_435_456m, 0.5m, 102_400m, 1_048_576m, 64m, 67_108_864m, 0.002m })
            Assert.True(numbers.Contains(limit), string.Create(CultureInfo.InvariantCulture, $"{limit} is not in {answer}"));
    }

    [Fact]
    public async Task Live_needs_no_key()
    {
        Assert.Equal(200, (await Service.GetAsync("/healthz/live", withKey: false)).Status);
    }

    [Fact]
    public async Task Ready_needs_no_key()
    {
        Assert.Equal(200, (await Service.GetAsync("/healthz/ready", withKey: false)).Status);
    }

    [Fact]
    public async Task Metrics_are_in_the_text_format_and_count_executions()
    {
        (await Service.PythonAsync("print('metrics-canary-81b2')")).AssertExit(0);

        var answer = await Service.GetAsync("/metrics");

        Assert.Equal(200, answer.Status);
        Assert.Contains(answer.Header("Content-Type")!.Split(';')[0], (string[])["text/plain", "application/openmetrics-text"]);
        var lines = answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(MetricLine(), line));
        Assert.Contains(lines, line => line.StartsWith("# TYPE mayfly_", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("mayfly_", StringComparison.Ordinal) && line.Contains("execution", StringComparison.Ordinal));
    }

    [Fact, Case("K4")]
    public async Task Metrics_hold_no_key_code_or_output()
    {
        (await Service.PythonAsync("print('metrics-canary-' + '81b2')")).AssertExit(0);

        var answer = await Service.GetAsync("/metrics");

        Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Service.Key, answer.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonElement> Leaves(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Leaves(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Leaves),
        _ => [element],
    };

    [GeneratedRegex("^(sha256[:-])?[0-9a-f]{64}$")]
    private static partial Regex Digest();

    // A comment, or a sample: name, labels, value, perhaps a time or an exemplar.
    [GeneratedRegex("^(# (HELP|TYPE|UNIT) [a-zA-Z_:][a-zA-Z0-9_:]*.*|# EOF|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^\\n]*\\})? ([-+]?[0-9.eE+-]+|NaN|[+-]?Inf)( .*)?)\\r?$")]
    private static partial Regex MetricLine();
}
