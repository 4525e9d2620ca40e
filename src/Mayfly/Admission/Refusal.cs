namespace Mayfly.Admission;

/// <summary>Why a request may not go on.</summary>
internal enum RefusalCause
{
    /// <summary>No good key.</summary>
    UnknownKey,

    /// <summary>No good key, and too many bad ones from that address.</summary>
    TooManyBadKeys,

    /// <summary>A good key that does not open this.</summary>
    MissingScope,

    /// <summary>The key's executions a minute are used up.</summary>
    RateLimited,

    /// <summary>The key has as many executions running as it may.</summary>
    TooManyConcurrent,

    /// <summary>What is left of the key's budget pays for no execution.</summary>
    BudgetSpent,

    /// <summary>Requests and answers fill the memory set aside for them.</summary>
    MemoryFull,

    /// <summary>The charge could not be written now, so nothing may run.</summary>
    DatabaseAway,
}

/// <summary>A request is refused.</summary>
/// <param name="Cause">Why; decides status, code and remedy.</param>
/// <param name="RetryAfter">When it may be tried again; null: trying again does not help.</param>
/// <param name="Limit">The limit that was met, as its owner is told; null: none of a key's or address's own.</param>
internal sealed record Refusal(RefusalCause Cause, TimeSpan? RetryAfter = null, RateLimit? Limit = null);

/// <summary>A limit of a key or an address, and where its owner stands.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Quota">So many…</param>
/// <param name="Window">…in this time; null: at a time.</param>
/// <param name="Remaining">So many would be admitted at once now.</param>
/// <param name="Reset">Until all of the quota's burst is there again.</param>
internal sealed record RateLimit(string Policy, int Quota, TimeSpan? Window, int Remaining, TimeSpan Reset);
