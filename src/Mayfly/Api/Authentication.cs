using Mayfly.Accounts;
using Mayfly.Admission;

namespace Mayfly.Api;

/// <summary>Authenticate: the key that a request carries, if it opens what is asked for.</summary>
internal sealed class Authentication(Authenticator accounts, FailedAttempts strangers)
{
    /// <exception cref="Store.DatabaseException">A key could not be looked up.</exception>
    public async Task<Visitor> AuthenticateAsync(HttpContext http, KeyScopes scope)
    {
        var key = await accounts.AuthenticateAsync(http.Request.Headers);
        if (key is not null && key.Scopes.HasFlag(scope)) return new Visitor(key);

        // Whoever has a good key is no stranger: a missing scope is a mistake and no attempt.
        var refusal = key is null ? strangers.Add(http.Connection.RemoteIpAddress) : new Refusal(RefusalCause.MissingScope);
        RequestHeaders.WriteRateLimit(http.Response.Headers, refusal.Limit);
        return new Visitor(null) { Refusal = new ProblemResult(Problems.From(refusal)) };
    }
}

/// <summary>Who sent a request, or the answer to somebody who may not.</summary>
internal sealed class Visitor(ApiKey? key)
{
    public IResult? Refusal { get; init; }

    /// <summary>The key; only to be asked for where there is no refusal.</summary>
    public ApiKey Key => key ?? throw new InvalidOperationException("A refused visitor has no key.");
}
