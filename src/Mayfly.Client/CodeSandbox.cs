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

    private static ResultWithResponse Read(RawResponse response)
    {
        var result = JsonSerializer.Deserialize(response.Body, ClientJson.Default.ExecuteResult) ?? throw new JsonException("its body is null.");
        return new ResultWithResponse(result with { RequestId = response.RequestId }, response);
    }
}
