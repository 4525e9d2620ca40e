namespace Mayfly.Accounts;

/// <summary>A key as the database has it: everything but the secret.</summary>
internal sealed record ApiKey
{
    public required long Id { get; init; }

    /// <summary>Owner; idempotency keys and usage are its, so that its keys can be exchanged.</summary>
    public required long AccountId { get; init; }

    /// <summary>The owner's name.</summary>
    public string Account { get; init; } = "";

    public required string Name { get; init; }

    /// <summary>What it opens.</summary>
    public KeyScopes Scopes { get; init; } = ScopeNames.Default;

    /// <summary>The secret's last four characters: enough to recognise, too few to use.</summary>
    public required string LastFour { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Correct to some ten seconds; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Executions a minute; null: the setting Admission:RatePerMinute.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Executions at a time; null: the setting Admission:Concurrency.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Micro-dollars it may spend in all; null: no bound.</summary>
    public long? BudgetMicroUsd { get; init; }

    /// <summary>Micro-dollars charged to it so far.</summary>
    public long SpentMicroUsd { get; init; }

    /// <summary>Whether it opens anything at <paramref name="now"/>.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);
}
