using Mayfly.Accounts;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol.Protocol;

namespace Mayfly.Api.Mcp;

/// <summary>/mcp: the Model Context Protocol over stateless HTTP, with the one tool <c>run_code</c>.</summary>
/// <remarks>
/// The protocol is the library's matter; here are the door (a key for every message, before its body is read) and the tool.
/// No session is kept: any instance behind a load balancer can answer any message.
/// </remarks>
internal static class McpEndpoint
{
    public const string Path = "/mcp";

    public const string Instructions = "Runs Python and JavaScript programs. Each call is a fresh, empty machine: nothing is kept from one call to the next.";

    /// <summary>Who answers.</summary>
    public static Implementation Info { get; } = new() { Name = "mayfly", Title = "Mayfly", Version = typeof(McpEndpoint).Assembly.GetName().Version!.ToString(3) };

    // A tool call's arguments are JSON within JSON at worst, and the envelope is small.
    private const int EnvelopeBytes = 64 * 1024;

    public static void AddTo(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services
            .AddMcpServer(server =>
            {
                server.ServerInfo = Info;
                server.ServerInstructions = Instructions;
            })
            .WithHttpTransport(transport => transport.Stateless = true)
            .WithListToolsHandler((request, _) => ValueTask.FromResult(new ListToolsResult { Tools = [ToolOf(request.Services).Describe()] }))
            .WithCallToolHandler((request, hangUp) => ToolOf(request.Services).CallAsync(request.Params!, Http(request.Services), hangUp));
    }

    public static void Map(WebApplication app, RunCodeTool tool) => app.MapMcp(Path).WithMetadata(tool).ExcludeFromDescription();

    /// <summary>In front of the protocol: no key, no message.</summary>
    public static void UseKeys(WebApplication app, Authentication door, int bodyBytes) =>
        app.UseWhen(IsFor, guarded => guarded.Use(async (http, next) =>
        {
            if ((await door.AuthenticateAsync(http, KeyScopes.Execute)).Refusal is { } refusal)
            {
                await refusal.ExecuteAsync(http);
                return;
            }

            http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = bodyBytes + EnvelopeBytes;
            await next(http);
        }));

    private static bool IsFor(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RunCodeTool>() is not null;

    private static RunCodeTool ToolOf(IServiceProvider? services) => Http(services).GetEndpoint()!.Metadata.GetRequiredMetadata<RunCodeTool>();

    private static HttpContext Http(IServiceProvider? services) =>
        services!.GetRequiredService<IHttpContextAccessor>().HttpContext ?? throw new InvalidOperationException("A message of MCP outside of a request.");
}
