namespace Mayfly.Api.Reference;

/// <summary>What docs/errors.md and the reference say of each kind of problem.</summary>
internal static class ProblemHelp
{
    /// <summary>When it is answered, and what whoever gets it can do.</summary>
    public static (string When, string Remedy) Of(ProblemCode code) => code switch
    {
        ProblemCode.InvalidJson => (
            "The body is empty, is not JSON, is not UTF-8, or has a name twice (also in another spelling: `Code` beside `code`).",
            "Build the body with a JSON library."),
        ProblemCode.InvalidRequest => (
            "A field, a header or a parameter of the query is missing or of another type than it should be; the text names it.",
            "Correct what the text names. The reference at `/docs` has every field."),
        ProblemCode.CodeRequired => ("`code` is missing, empty or blank.", "Send the program as `code`."),
        ProblemCode.CodeTooLarge => (
            "The program has more bytes of UTF-8 than the limit; the text says how many.",
            "Send less. What a program should work on can be compressed and encoded within it."),
        ProblemCode.UnsupportedLanguage => ("`language` is another word than the two there are.", "Send `python` or `javascript`, in small letters."),
        ProblemCode.InvalidApiKey => (
            "There is no key, it is mistyped, nobody has it, or it is revoked or expired. All look the same from outside.",
            "Send a valid key as `Authorization: Bearer uc-…` or `X-API-Key: uc-…`. `mayfly keys list` shows which are valid."),
        ProblemCode.InsufficientBalance => ("What is left of the key's budget does not pay for an execution.", "Raise it: `mayfly keys change ID --budget-usd USD`."),
        ProblemCode.InsufficientScope => ("The key is valid, and was not made for this.", "Use a key with the scope: `mayfly keys create --scopes …`."),
        ProblemCode.NotFound => ("Nothing is at that path, or there is no key or account of that number or name.", "Look at the path: the API is under `/v1` and `/api/v1`."),
        ProblemCode.MethodNotAllowed => ("The path is right, the method is not.", "The header `Allow` names those that are."),
        ProblemCode.RequestTimeout => ("The body did not come whole in time.", "Send it again, over a better connection."),
        ProblemCode.IdempotencyKeyInFlight => (
            "The first request with this `Idempotency-Key` is still running.",
            "Ask again after `Retry-After` seconds: the answer will be the first one's."),
        ProblemCode.AlreadyExists => ("There is an account of that name.", "Choose another name, or use the one there is."),
        ProblemCode.LengthRequired => ("The request has a body of unknown length.", "Send `Content-Length`, not chunks."),
        ProblemCode.BodyTooLarge => ("The body is larger than the limit on bodies.", "Send less; `GET /v1/code-sandbox/limits` has the limit as `bodyBytes`."),
        ProblemCode.UnsupportedMediaType => ("The body is not `application/json`, or it has a `Content-Encoding`.", "Send plain JSON as `Content-Type: application/json`."),
        ProblemCode.IdempotencyKeyReused => ("This `Idempotency-Key` was sent with another body within 24 hours.", "Use a new key for a new request."),
        ProblemCode.RateLimited => (
            "The key's executions a minute are used up; or too many requests without a valid key came from this address.",
            "Wait for `Retry-After` seconds. `RateLimit` and `RateLimit-Policy` say how much there is."),
        ProblemCode.TooManyConcurrent => ("The key has as many executions running as it may.", "Wait until one ends, or have its concurrency raised."),
        ProblemCode.InfrastructureFailure => (
            "Mayfly could not do it: a cell was lost twice, or the database is away. Nothing is charged. Of an execution, the body has the fields of a result, too.",
            "Try again. If it stays so, the operator finds the request in the log by its `requestId`, and `/healthz/ready` names what fails."),
        ProblemCode.Overloaded => ("All slots are taken and the queue is full, or the wait in it was too long. Nothing is charged.", "Try again after `Retry-After` seconds, or add slots or cells."),
        ProblemCode.Draining => ("The service is shutting down. Nothing is charged.", "Try again after `Retry-After` seconds, or at another gateway."),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "A problem without help."),
    };
}
