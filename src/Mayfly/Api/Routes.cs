namespace Mayfly.Api;

/// <summary>Which path is answered by whom. The API is at <c>/v1</c> and, the same, at <c>/api/v1</c>.</summary>
internal static class Routes
{
    public static void Map(
        WebApplication app,
        GatewayOptions options,
        ExecuteEndpoint execute,
        UsageEndpoint usage,
        RuntimesEndpoint runtimes,
        HealthEndpoints health)
    {
        foreach (var prefix in (string[])["/v1", "/api/v1"])
        {
            app.MapPost($"{prefix}/code-sandbox/execute", (Delegate)execute.ExecuteAsync).WithMetadata(execute).Describe(prefix, Reference.Execute);
            app.MapGet($"{prefix}/code-sandbox/runtimes", runtimes.Answer).Describe(prefix, Reference.Runtimes);
            app.MapGet($"{prefix}/code-sandbox/limits", () => LimitsEndpoint.Answer(options)).Describe(prefix, Reference.Limits);
            app.MapGet($"{prefix}/usage", (Delegate)usage.AnswerAsync).Describe(prefix, Reference.Usage);
        }

        app.MapGet("/healthz/live", HealthEndpoints.Live).Describe("", Reference.Live);
        app.MapGet("/healthz/ready", health.ReadyAsync).Describe("", Reference.Ready);
        app.MapPrometheusScrapingEndpoint("/metrics");
        Reference.MapPages(app);
    }
}
