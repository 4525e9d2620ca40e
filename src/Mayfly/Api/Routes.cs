using Mayfly.Api.Mcp;
using Mayfly.Api.Reference;
using Mayfly.Ledger;

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
        RunCodeDescription tool,
        AdminEndpoints admin,
        PriceList prices,
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
            document(app.MapGet($"{prefix}/code-sandbox/limits", () => LimitsEndpoint.Answer(options, prices)), RouteDescriptions.Limits);
            document(app.MapGet($"{prefix}/code-sandbox/tools", (HttpContext http) => ToolsEndpoint.Answer(http, tool)), RouteDescriptions.Tools);
            document(app.MapGet($"{prefix}/usage", (Delegate)usage.AnswerAsync), RouteDescriptions.Usage);
            document(app.MapGet($"{prefix}/usage/rows", (Delegate)usage.RowsAsync), RouteDescriptions.UsageRows);
            document(app.MapGet($"{prefix}/admin/accounts", (Delegate)admin.ListAccountsAsync), AdminDescriptions.ListAccounts);
            document(app.MapPost($"{prefix}/admin/accounts", (Delegate)admin.CreateAccountAsync), AdminDescriptions.CreateAccount);
            document(app.MapDelete($"{prefix}/admin/accounts/{{name}}", admin.CloseAccountAsync), AdminDescriptions.CloseAccount);
            document(app.MapGet($"{prefix}/admin/keys", (Delegate)admin.ListKeysAsync), AdminDescriptions.ListKeys);
            document(app.MapPost($"{prefix}/admin/keys", (Delegate)admin.CreateKeyAsync), AdminDescriptions.CreateKey);
            document(app.MapGet($"{prefix}/admin/keys/{{id:long}}", admin.GetKeyAsync), AdminDescriptions.GetKey);
            document(app.MapPatch($"{prefix}/admin/keys/{{id:long}}", admin.ChangeKeyAsync), AdminDescriptions.ChangeKey);
            document(app.MapDelete($"{prefix}/admin/keys/{{id:long}}", admin.RevokeKeyAsync), AdminDescriptions.RevokeKey);
            document(app.MapGet($"{prefix}/admin/prices", (Delegate)admin.ListPricesAsync), AdminDescriptions.ListPrices);
            document(app.MapPost($"{prefix}/admin/prices", (Delegate)admin.SetPriceAsync), AdminDescriptions.SetPrice);
            document(app.MapGet($"{prefix}/admin/audit", (Delegate)admin.ListAuditAsync), AdminDescriptions.ListAudit);
        }
    }
}
