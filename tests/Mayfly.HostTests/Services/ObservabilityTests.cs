using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mayfly.HostTests.Services;

/// <summary>What an operator sees of a running service: traces, metrics, dashboard and alerts.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string[] s_steps = ["Authenticate", "Validate", "Idempotency", "Admit", "Dispatch", "Supervise", "Jail", "Reap", "Charge", "Respond"];

    [Fact]
    public async Task A_traced_request_has_every_step_and_nothing_of_its_program()
    {
        const string Canary = "canary-81d2c4";
        using var collector = Collector.Start();
        using var service = await RunningService.StartAsync(
            "--cells", "1", "--set", $"Otlp:Endpoint={collector.Address}", "--set", "Otlp:TracePercent=100", "--set", "Otlp:MetricsSeconds=1");

        var result = await service.ExecuteAsync($"print('{Canary}')");

        Assert.Contains(Canary, result.GetProperty("stdout").GetString(), StringComparison.Ordinal);
        await RunningService.EventuallyAsync(() => collector.Spans.Exists(span => span.Name == "Execute") && collector.HasMetrics, "a trace and metrics reach the collector");
        var spans = collector.Spans;
        var request = Assert.Single(spans, span => span.Name == "Execute");
        Assert.Equal(s_steps.Order(), spans.Where(span => span.Trace == request.Trace && span != request).Select(span => span.Name).Order());
        var supervise = Assert.Single(spans, span => span.Name == "Supervise");
        Assert.All(spans.Where(span => span.Name is "Jail" or "Reap"), span => Assert.Equal(supervise.Id, span.Parent));
        Assert.DoesNotContain(Canary, collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("uc-", collector.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_and_alerts_name_what_there_is()
    {
        using var service = await RunningService.StartAsync("--cells", "1");
        await service.ExecuteAsync("print(1)");
        await RunningService.EventuallyAsync(() => service.MetricsAsync().Result.Contains("mayfly_spares_ready", StringComparison.Ordinal), "metrics are there");
        var metrics = await service.MetricsAsync();

        var expressions = Expressions().ToList();
        var names = expressions.SelectMany(expression => MetricName().Matches(expression)).Select(match => match.Value).Distinct().ToList();
        Assert.True(names.Count > 20, $"only {names.Count} metrics are used");
        Assert.All(names, name => Assert.Matches($@"(?m)^{Regex.Escape(name)}[{{ ]", metrics));
        // And the other way round: what is counted is shown.
        var shown = string.Join(' ', expressions);
        Assert.All(
            FamilyName().Matches(metrics).Select(match => match.Groups[1].Value).Where(name => name.StartsWith("mayfly_", StringComparison.Ordinal)),
            name => Assert.Contains(name, shown, StringComparison.Ordinal));
    }

    // Of every panel and every alert.
    private static IEnumerable<string> Expressions()
    {
        var deploy = Path.Combine(Host.Repository, "deploy");
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(deploy, "grafana", "mayfly.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray()) yield return target.GetProperty("expr").GetString()!;
        }

        foreach (var line in File.ReadLines(Path.Combine(deploy, "prometheus", "alerts.yaml")))
        {
            if (line.Trim() is var trimmed && trimmed.StartsWith("expr: ", StringComparison.Ordinal)) yield return trimmed["expr: ".Length..];
        }
    }

    [GeneratedRegex(@"mayfly_\w+")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"(?m)^# TYPE (\w+) ")]
    private static partial Regex FamilyName();
}
