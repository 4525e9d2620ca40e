using Mayfly.Admission;
using Mayfly.Dispatch;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>Every error that a client can meet. Names are the stable codes in another spelling.</summary>
internal enum ProblemCode
{
    InvalidJson,
    InvalidRequest,
    CodeRequired,
    CodeTooLarge,
    UnsupportedLanguage,
    InvalidApiKey,
    InsufficientBalance,
    InsufficientScope,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    IdempotencyKeyInFlight,
    AlreadyExists,
    LengthRequired,
    BodyTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    RateLimited,
    TooManyConcurrent,
    InfrastructureFailure,
    Overloaded,
    Draining,
}

/// <summary>An error as its client is told.</summary>
/// <param name="Code">What it is, for programs.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">What was wrong, the value, what to do; for people.</param>
/// <param name="RetryAfter">When to try again; null: not by itself.</param>
/// <param name="Closes">Whether the connection is closed after it, because the rest of the request will not be read.</param>
internal sealed record Problem(ProblemCode Code, int Status, string Detail, TimeSpan? RetryAfter = null, bool Closes = false);

/// <summary>From a failure to what the client is told: status, stable code, remedy. The texts hold nothing of the inside.</summary>
internal static class Problems
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>A problem with its code's usual status.</summary>
    public static Problem Of(ProblemCode code, string detail, TimeSpan? retryAfter = null) => new(code, Kind(code).Status, detail, retryAfter);

    /// <summary>Mayfly failed.</summary>
    public static Problem From(Fault fault) => fault.Cause switch
    {
        FaultCause.Overloaded => Of(ProblemCode.Overloaded, "All slots are taken and the queue is full, or the wait in it was too long. Try again later.", fault.RetryAfter ?? Soon),
        FaultCause.Draining => Of(ProblemCode.Draining, "The service is shutting down and takes no new executions. Try again soon, or at another instance.", fault.RetryAfter ?? Soon),
        FaultCause.NoCell => Failure(503, "No cell is ready to run the program. Try again soon.", fault.RetryAfter ?? Soon),
        FaultCause.CellLost => Failure(500, "The cell that ran the program was lost, and no second try succeeded. Nothing was charged; try again.", fault.RetryAfter),
        FaultCause.ProtocolViolation => Failure(500, "The cell that ran the program broke the protocol and was dropped. Nothing was charged; try again.", fault.RetryAfter),
        FaultCause.JailFailed => Failure(500, "The program's jail could not be made or watched. Nothing was charged; try again.", fault.RetryAfter),
        FaultCause.CellSilent => Failure(500, "The cell that ran the program did not answer in time. Nothing was charged; try again.", fault.RetryAfter),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Cause, "A cause without an answer."),
    };

    /// <summary>The request may not go on.</summary>
    public static Problem From(Refusal refusal) => refusal.Cause switch
    {
        RefusalCause.UnknownKey => Of(ProblemCode.InvalidApiKey, "Send a valid key in one header: \"Authorization: Bearer uc-…\" or \"X-API-Key: uc-…\"."),
        RefusalCause.TooManyBadKeys => Of(ProblemCode.RateLimited, "Too many requests without a valid key came from this address.", refusal.RetryAfter),
        RefusalCause.MissingScope => Of(ProblemCode.InsufficientScope, "This key does not have the scope that this needs. Another key, or its administrator, can help."),
        RefusalCause.RateLimited => Of(ProblemCode.RateLimited, "This key's executions a minute are used up.", refusal.RetryAfter),
        RefusalCause.TooManyConcurrent => Of(ProblemCode.TooManyConcurrent, "This key has as many executions running as it may.", refusal.RetryAfter),
        RefusalCause.BudgetSpent => Of(ProblemCode.InsufficientBalance, "What is left of this key's budget does not pay for an execution."),
        RefusalCause.MemoryFull => Of(ProblemCode.Overloaded, "The service holds as many requests and answers as it may. Try again later.", refusal.RetryAfter),
        RefusalCause.DatabaseAway => DatabaseAway(),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Cause, "A cause without an answer."),
    };

    /// <summary>An idempotency key cannot be had; null: it can, or was answered before.</summary>
    public static Problem? From(ClaimState state) => state switch
    {
        ClaimState.InFlight => Of(ProblemCode.IdempotencyKeyInFlight, "The first request with this Idempotency-Key is still running. Ask again when it has ended.", Soon),
        ClaimState.OtherBody => Of(ProblemCode.IdempotencyKeyReused, "This Idempotency-Key was used for a request with another body. Use a new key for a new request."),
        _ => null,
    };

    /// <summary>Keys cannot be looked up or charges not written.</summary>
    public static Problem DatabaseAway() => Failure(503, "The service cannot reach its records now, so nothing was run or charged. Try again soon.", Soon);

    /// <summary>The program ran, but its charge could not be written, so its result may not be given out.</summary>
    public static Problem NotCharged() => Failure(503, "The service could not record the execution, so its result is void and nothing was charged. Try again soon.", Soon);

    /// <summary>What is in the image is not known.</summary>
    public static Problem NoImage() => Failure(503, "No cell has said yet which image it runs, or the image has no readable manifest. Try again soon.", Soon);

    /// <summary>A bug of ours.</summary>
    public static Problem Bug() => Failure(500, "The service failed. The request id tells its operator where to look.");

    /// <summary>Status, stable code and title of a kind of problem.</summary>
    public static (int Status, string Code, string Title) Kind(ProblemCode code) => code switch
    {
        ProblemCode.InvalidJson => (400, "invalid_json", "The body is not valid JSON"),
        ProblemCode.InvalidRequest => (400, "invalid_request", "The request is not understood"),
        ProblemCode.CodeRequired => (400, "code_required", "A program is required"),
        ProblemCode.CodeTooLarge => (400, "code_too_large", "The program is too large"),
        ProblemCode.UnsupportedLanguage => (400, "unsupported_language", "The language is not supported"),
        ProblemCode.InvalidApiKey => (401, "invalid_api_key", "A valid API key is required"),
        ProblemCode.InsufficientBalance => (402, "insufficient_balance", "The budget is spent"),
        ProblemCode.InsufficientScope => (403, "insufficient_scope", "The key may not do this"),
        ProblemCode.NotFound => (404, "not_found", "There is nothing here"),
        ProblemCode.MethodNotAllowed => (405, "method_not_allowed", "The method is not allowed here"),
        ProblemCode.RequestTimeout => (408, "request_timeout", "The request came too slowly"),
        ProblemCode.IdempotencyKeyInFlight => (409, "idempotency_key_in_flight", "The first request is still running"),
        ProblemCode.AlreadyExists => (409, "already_exists", "There is one already"),
        ProblemCode.LengthRequired => (411, "length_required", "A length is required"),
        ProblemCode.BodyTooLarge => (413, "body_too_large", "The body is too large"),
        ProblemCode.UnsupportedMediaType => (415, "unsupported_media_type", "The body must be plain JSON"),
        ProblemCode.IdempotencyKeyReused => (422, "idempotency_key_reused", "The idempotency key belongs to another request"),
        ProblemCode.RateLimited => (429, "rate_limited", "Too many requests"),
        ProblemCode.TooManyConcurrent => (429, "too_many_concurrent", "Too many executions at a time"),
        ProblemCode.InfrastructureFailure => (500, "infrastructure_failure", "The service failed"),
        ProblemCode.Overloaded => (503, "overloaded", "The service is full"),
        ProblemCode.Draining => (503, "draining", "The service is shutting down"),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "A problem without a code."),
    };

    /// <summary>Every status that a kind of problem can have.</summary>
    public static IReadOnlyList<int> Statuses(ProblemCode code) => code == ProblemCode.InfrastructureFailure ? [500, 503] : [Kind(code).Status];

    private static Problem Failure(int status, string detail, TimeSpan? retryAfter = null) => new(ProblemCode.InfrastructureFailure, status, detail, retryAfter);
}
