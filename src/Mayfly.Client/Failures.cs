using System.Globalization;
using System.Text.Json;

namespace Mayfly.Client;

/// <summary>From what went wrong to the exception that says so: what was asked of whom, what came back, what to do.</summary>
internal static class Failures
{
    /// <summary>No full answer came.</summary>
    public static MayflyException Lost(Asked asked, Exception reason) =>
        new MayflyConnectionException($"{asked}: {Innermost(reason).Message.TrimEnd('.')}. Is the service running there, and is the base URL right?", reason);

    /// <summary>No full answer came in time.</summary>
    public static MayflyException Late(Asked asked, TimeSpan timeout, Exception reason) =>
        new MayflyTimeoutException(string.Create(CultureInfo.InvariantCulture, $"{asked}: no full answer within {timeout.TotalSeconds} s. Is the service overloaded, or the timeout shorter than an execution?"), reason);

    /// <summary>A 2xx without a result.</summary>
    public static MayflyException NotOurs(Asked asked, RawResponse response, string wrong, Exception? reason) =>
        new MayflyInfrastructureException(string.Create(CultureInfo.InvariantCulture, $"{asked}: {response.Status}, but the answer is not Mayfly's: {wrong} Is the base URL right?"), reason)
        {
            Status = response.Status,
            RequestId = response.RequestId,
        };

    /// <summary>An answer other than 2xx.</summary>
    public static MayflyException From(Asked asked, RawResponse response)
    {
        var problem = Read(response.Body);
        var said = problem?.Detail is { } detail ? $"{problem.Code ?? "error"}: {detail}" : Unexplained(response);
        var message = string.Create(CultureInfo.InvariantCulture, $"{asked}: {response.Status} {said}");
        MayflyException failure = response.Status switch
        {
            401 => new MayflyAuthenticationException(message),
            402 or 403 => new MayflyPermissionException(message),
            408 => new MayflyTimeoutException(message),
            429 => new MayflyRateLimitException(message),
            503 when problem?.Code != "infrastructure_failure" => new MayflyOverloadedException(message),
            >= 500 => new MayflyInfrastructureException(message),
            _ => new MayflyInvalidRequestException(message),
        };
        (failure.Status, failure.Code, failure.RequestId, failure.RetryAfter) = (response.Status, problem?.Code, response.RequestId, response.RetryAfter);
        return failure;
    }

    private static string Unexplained(RawResponse response) => response.Headers.Location is { } location
        ? $"to {location}. Redirects are not followed: make that the base URL if it is Mayfly's."
        : "without Mayfly's explanation; something in between may have answered. Is the base URL right?";

    private static Problem? Read(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ClientJson.Default.Problem);
        }
        catch (JsonException)
        {
            // Something in between answered: Unexplained says so.
            return null;
        }
    }

    // HttpClient says that an error occurred; which one is further in.
    private static Exception Innermost(Exception reason) => reason.InnerException is { } inner ? Innermost(inner) : reason;
}
