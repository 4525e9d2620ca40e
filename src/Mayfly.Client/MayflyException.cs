namespace Mayfly.Client;

/// <summary>The root of every error of this SDK. A program that fails is a result, never one of these.</summary>
public class MayflyException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>HTTP status; null: no answer came.</summary>
    public int? Status { get; internal set; }

    /// <summary>The server's stable code, such as <c>rate_limited</c>.</summary>
    public string? Code { get; internal set; }

    /// <summary><c>X-Request-Id</c>: names the request in the server's log.</summary>
    public string? RequestId { get; internal set; }

    /// <summary>After which the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; internal set; }

    /// <summary>How often the request was sent.</summary>
    public int Attempts { get; internal set; }
}

/// <summary>The request cannot be answered as it is: 4xx without an exception of its own, a redirect.</summary>
public sealed class MayflyInvalidRequestException(string message) : MayflyException(message);

/// <summary>401: the key is missing, malformed, unknown or revoked.</summary>
public sealed class MayflyAuthenticationException(string message) : MayflyException(message);

/// <summary>402, 403: the key is known and may not do this; its budget is spent, say.</summary>
public sealed class MayflyPermissionException(string message) : MayflyException(message);

/// <summary>429: this key's rate or concurrency.</summary>
public sealed class MayflyRateLimitException(string message) : MayflyException(message);

/// <summary>503: the service is full or shutting down.</summary>
public sealed class MayflyOverloadedException(string message) : MayflyException(message);

/// <summary>The service failed, or what answered is no Mayfly.</summary>
public sealed class MayflyInfrastructureException(string message, Exception? innerException = null) : MayflyException(message, innerException);

/// <summary>No full answer came: refused, reset, closed early, no such host.</summary>
public sealed class MayflyConnectionException(string message, Exception? innerException = null) : MayflyException(message, innerException);

/// <summary>No full answer came within the timeout.</summary>
public sealed class MayflyTimeoutException(string message, Exception? innerException = null) : MayflyException(message, innerException);
