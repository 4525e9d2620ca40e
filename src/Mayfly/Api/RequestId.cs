namespace Mayfly.Api;

/// <summary>Names each request, in the header X-Request-Id, in logs and in problems.</summary>
/// <remarks>
/// Never the client's own: it would be its text in our logs. An execution's id is that of the request that ran it, so the
/// id in a client's hand finds the row in the ledger.
/// </remarks>
internal static class RequestId
{
    public const string Header = "X-Request-Id";

    /// <summary>A new one; later ones sort after earlier ones.</summary>
    public static string Create() => Guid.CreateVersion7().ToString("N");

    /// <summary>The id of a request that has passed <see cref="Outermost"/>.</summary>
    public static string Of(HttpContext http) => http.TraceIdentifier;
}
