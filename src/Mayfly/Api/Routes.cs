using Mayfly.Api.Reference;

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
        MapApi("/v1", (route, describe) => describe(route));
        MapApi("/api/v1", (route, _) => route.ExcludeFromDescription());
        RouteDescriptions.Live(app.MapGet("/healthz/live", HealthEndpoints.Live));
        RouteDescriptions.Ready(app.MapGet("/healthz/ready", health.ReadyAsync));
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
        ReferencePages.Map(app);

        void MapApi(string prefix, Action<RouteHandlerBuilder, Action<RouteHandlerBuilder>> document)
        {
            document(app.MapPost($"{prefix}/code-sandbox/execute", (Delegate)execute.ExecuteAsync).WithMetadata(execute), route => RouteDescriptions.Execute(route, options));
            document(app.MapGet($"{prefix}/code-sandbox/runtimes", runtimes.Answer), RouteDescriptions.Runtimes);
            document(app.MapGet($"{prefix}/code-sandbox/limits", () => LimitsEndpoint.Answer(options)), RouteDescriptions.Limits);
            document(app.MapGet($"{prefix}/usage", (Delegate)usage.AnswerAsync), RouteDescriptions.Usage);
        }
    }
}
