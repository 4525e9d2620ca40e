using System.Net.Http.Headers;

namespace Mayfly.Client;

/// <summary>An answer as it came.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Of the answer; those of its content are not among them.</param>
/// <param name="Body">The body's text.</param>
public sealed record RawResponse(int Status, HttpResponseHeaders Headers, string Body)
{
    internal string? RequestId => Headers.TryGetValues("X-Request-Id", out var ids) ? ids.FirstOrDefault() : null;

    internal TimeSpan? RetryAfter => Headers.TryGetValues("Retry-After", out var values) ? Retries.ParseRetryAfter(values.FirstOrDefault(), DateTimeOffset.UtcNow) : null;
}

/// <summary>A result, and the answer that it was read from.</summary>
/// <param name="Result">What the program did.</param>
/// <param name="Response">The answer.</param>
public sealed record ResultWithResponse(ExecuteResult Result, RawResponse Response);
