using System.CommandLine;
using System.Text.Json;
using Mayfly.Api.Mcp;
using Mayfly.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Mayfly.Cli.Remote;

/// <summary><c>mayfly mcp</c>: the Model Context Protocol on standard input and output, for agents that start their servers themselves.</summary>
/// <remarks>
/// What <c>/mcp</c> of the server does, by the server's API: the description of the tool is the server's, a call is an execution of the
/// SDK's, with its retries. Standard output belongs to the protocol; nothing else may write to it.
/// </remarks>
internal static class McpCommand
{
    public static Command Create() => RemoteCommand.Create("mcp", "Offers the tool run_code to an agent, over standard input and output; programs run at the server.", [], async (parsed, stop) =>
    {
        using var server = Server.Open(parsed);
        await using var transport = new StdioServerTransport("mayfly");
        await using var protocol = McpServer.Create(transport, new McpServerOptions
        {
            ServerInfo = McpEndpoint.Info,
            ServerInstructions = McpEndpoint.Instructions,
            Capabilities = new ServerCapabilities { Tools = new ToolsCapability() },
            Handlers = new McpServerHandlers
            {
                ListToolsHandler = async (_, hangUp) => new ListToolsResult { Tools = await DescribeAsync(server, hangUp) },
                CallToolHandler = (request, hangUp) => CallAsync(server, request.Params!, hangUp),
            },
        });
        await protocol.RunAsync(stop);
        return 0;
    });

    private static Task<List<Tool>> DescribeAsync(Server server, CancellationToken hangUp) =>
        server.GetAsync("/v1/code-sandbox/tools?format=mcp", RunCodeJson.Default.ListTool, hangUp);

    private static async ValueTask<CallToolResult> CallAsync(Server server, CallToolRequestParams call, CancellationToken hangUp)
    {
        if (call.Name != RunCodeTool.Name) return RunCodeTool.Unknown(call.Name);
        try
        {
            var (_, response) = await server.CodeSandbox.ExecuteWithResponseAsync(new ExecuteRequest(Text(call, "code"), Text(call, "language")), cancellationToken: hangUp);
            return RunCodeTool.Ended(JsonSerializer.Deserialize<JsonElement>(response.Body));
        }
        catch (MayflyException reason)
        {
            return RunCodeTool.Failed(reason.Message);
        }
    }

    // What is missing or no text, the server refuses as an empty one, with its words.
    private static string Text(CallToolRequestParams call, string name) =>
        call.Arguments?.TryGetValue(name, out var value) == true && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
