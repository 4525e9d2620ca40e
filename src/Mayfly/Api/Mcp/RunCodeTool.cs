using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Mayfly.Api.Mcp;

/// <summary>The tool <c>run_code</c>: an execution as any other, for a model.</summary>
/// <remarks>
/// A call becomes the request for an execution that a client of the API would have sent, with the key of the message, and goes the
/// same way: validated, admitted, charged. A program's failure is a normal answer that the model can read; a refusal or a failure of
/// Mayfly is an error with its remedy.
/// </remarks>
internal sealed class RunCodeTool(ExecuteEndpoint execute, RunCodeDescription description)
{
    public const string Name = "run_code";

    public Tool Describe() => description.Describe();

    public async ValueTask<CallToolResult> CallAsync(CallToolRequestParams call, HttpContext http, CancellationToken hangUp)
    {
        if (call.Name != Name) return Unknown(call.Name);

        var (status, answer) = await ExecuteAsync(call, http, hangUp);
        var fields = JsonSerializer.Deserialize<JsonElement>(answer.Span);
        return status == StatusCodes.Status200OK ? Ended(fields) : Failed($"{fields.GetProperty("code").GetString()}: {fields.GetProperty("detail").GetString()}");
    }

    // The request of an execution, and the answer in memory: it is bounded by the limit on output.
    private async Task<(int Status, ReadOnlyMemory<byte> Answer)> ExecuteAsync(CallToolRequestParams call, HttpContext http, CancellationToken hangUp)
    {
        using var answer = new MemoryStream();
        var request = new DefaultHttpContext { RequestServices = http.RequestServices, TraceIdentifier = RequestId.Create(), RequestAborted = hangUp };
        request.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(execute), Name));
        request.Connection.RemoteIpAddress = http.Connection.RemoteIpAddress;
        foreach (var header in (string[])["Authorization", Accounts.Authenticator.KeyHeader])
        {
            if (http.Request.Headers.TryGetValue(header, out var value)) request.Request.Headers[header] = value;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(call.Arguments ?? new Dictionary<string, JsonElement>(), RunCodeJson.Default.IDictionaryStringJsonElement);
        request.Request.Method = HttpMethods.Post;
        request.Request.ContentType = "application/json";
        request.Request.ContentLength = body.Length;
        request.Request.Body = new MemoryStream(body);
        request.Response.Body = answer;
        await (await execute.ExecuteAsync(request)).ExecuteAsync(request);
        await request.Response.CompleteAsync();
        return (request.Response.StatusCode, answer.ToArray());
    }

    /// <summary>The answer of the API, as a model reads it.</summary>
    public static CallToolResult Ended(JsonElement fields) => new()
    {
        Content = [new TextContentBlock { Text = InWords(fields) }],
        StructuredContent = fields,
    };

    /// <summary>There is no such answer.</summary>
    public static CallToolResult Failed(string remedy) => new() { Content = [new TextContentBlock { Text = remedy }], IsError = true };

    /// <summary>Another tool was called.</summary>
    public static CallToolResult Unknown(string name) => Failed($"There is no tool {Printable(name)}: the only one is {Name}.");

    // What a person would want to see first; an empty stream is not mentioned.
    private static string InWords(JsonElement fields)
    {
        var parts = new List<string>();
        if (fields.GetProperty("stdout").GetString() is { Length: > 0 } stdout) parts.Add(stdout);
        if (fields.GetProperty("stderr").GetString() is { Length: > 0 } stderr) parts.Add($"stderr:\n{stderr}");
        if (fields.TryGetProperty("truncated", out _)) parts.Add("(Output was cut at the limit.)");
        var exitCode = fields.GetProperty("exitCode").GetInt32();
        var how = fields.TryGetProperty("termination", out var termination) ? $", ended by: {termination.GetString()}" : "";
        if (exitCode != 0 || how.Length > 0 || parts.Count == 0) parts.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"exit code {exitCode}{how}"));
        return string.Join('\n', parts);
    }

    // A model's text goes back to the model, and no further; still, no novel.
    private static string Printable(string name) => name.Length <= 64 ? name : $"{name[..64]}…";
}
