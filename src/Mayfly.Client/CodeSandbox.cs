using System.Text.Json;

namespace Mayfly.Client;

/// <summary>Running programs.</summary>
public sealed class CodeSandbox
{
    private readonly Transport _transport;

    internal CodeSandbox(Transport transport) => _transport = transport;

    /// <summary>Runs one program and answers with what it did.</summary>
    /// <param name="request">The program.</param>
    /// <param name="options">What this call does otherwise than its client.</param>
    /// <param name="cancellationToken">Hangs up, which cancels the execution.</param>
    /// <exception cref="MayflyException">There is no result; its class says why.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<ExecuteResult> ExecuteAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default) =>
        (await ExecuteWithResponseAsync(request, options, cancellationToken).ConfigureAwait(false)).Result;

    /// <summary>As <see cref="ExecuteAsync"/>, with status, headers and body of the answer.</summary>
    /// <inheritdoc cref="ExecuteAsync"/>
    public async Task<ResultWithResponse> ExecuteWithResponseAsync(ExecuteRequest request, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = _transport.Ask(HttpMethod.Post, "/v1/code-sandbox/execute") with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(request, ClientJson.Default.ExecuteRequest),

            // The same for all tries of this call, so that a program whose answer was lost is not run again.
            IdempotencyKey = options?.IdempotencyKey ?? Guid.NewGuid().ToString(),
        };
        return await _transport.CallAsync(asked, Read, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The tool <c>run_code</c> as a model's interface wants it described, to be passed on as it is; libraries and the server's limits
    /// are in its description. The arguments of a model's call are those of an <see cref="ExecuteRequest"/>.
    /// </summary>
    /// <param name="format">One of <see cref="ToolFormats"/>.</param>
    /// <param name="options">What this call does otherwise than its client.</param>
    /// <param name="cancellationToken">Hangs up.</param>
    /// <exception cref="MayflyException">The description cannot be had; its class says why.</exception>
    public Task<IReadOnlyList<JsonElement>> ToolsAsync(string format, CallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        return _transport.CallAsync(_transport.Ask(HttpMethod.Get, $"/v1/code-sandbox/tools?format={Uri.EscapeDataString(format)}"), ReadTools, options, cancellationToken);
    }

    // What is in them is the server's and the model's matter: they are passed on.
    private static IReadOnlyList<JsonElement> ReadTools(RawResponse response)
    {
        var tools = JsonSerializer.Deserialize(response.Body, ClientJson.Default.JsonElementArray);
        return tools?.All(tool => tool.ValueKind == JsonValueKind.Object) == true ? tools : throw new JsonException("its body is not a list of tools.");
    }

    private static ResultWithResponse Read(RawResponse response)
    {
        var result = JsonSerializer.Deserialize(response.Body, ClientJson.Default.ExecuteResult) ?? throw new JsonException("its body is null.");
        return new ResultWithResponse(result with { RequestId = response.RequestId }, response);
    }
}
