using Mayfly.Accounts;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>A key: everything but the secret, which is only there in the answer to its creation.</summary>
internal sealed record KeyAnswer
{
    /// <summary>The secret, shown this once.</summary>
    public string? Key { get; init; }

    public required long Id { get; init; }

    public required string Account { get; init; }

    public required string Name { get; init; }

    /// <summary>The secret's last four characters.</summary>
    public required string LastFour { get; init; }

    /// <summary>execute, usage, admin.</summary>
    public required string[] Scopes { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on it is refused. Absent: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Correct to some ten seconds.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Executions a minute. Absent: the service's setting.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Executions at a time. Absent: the service's setting.</summary>
    public int? Concurrency { get; init; }

    /// <summary>USD that it may spend in all. Absent: no bound.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>USD that it was charged so far.</summary>
    public required decimal SpentUsd { get; init; }

    public static KeyAnswer Of(ApiKey key, string? secret = null) => new()
    {
        Key = secret,
        Id = key.Id,
        Account = key.Account,
        Name = key.Name,
        LastFour = key.LastFour,
        Scopes = ScopeNames.Of(key.Scopes),
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        RevokedAt = key.RevokedAt,
        LastUsedAt = key.LastUsedAt,
        RatePerMinute = key.RatePerMinute,
        Concurrency = key.Concurrency,
        BudgetUsd = key.BudgetMicroUsd is { } budget ? Money.ToUsd(budget) : null,
        SpentUsd = Money.ToUsd(key.SpentMicroUsd),
    };
}

/// <summary>Keys, oldest first.</summary>
internal sealed record KeysAnswer(KeyAnswer[] Keys)
{
    /// <summary>What to send as <c>after</c> for the next ones. Absent: these are the last.</summary>
    public long? Next { get; init; }
}

/// <summary>An account.</summary>
internal sealed record AccountAnswer
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Keys that were not revoked.</summary>
    public required long Keys { get; init; }

    public static AccountAnswer Of(Account account) => new()
    {
        Id = account.Id,
        Name = account.Name,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(account.CreatedAt),
        ClosedAt = account.ClosedAt is { } closed ? DateTimeOffset.FromUnixTimeMilliseconds(closed) : null,
        Keys = account.Keys,
    };
}

/// <summary>Accounts, oldest first.</summary>
internal sealed record AccountsAnswer(AccountAnswer[] Accounts)
{
    /// <inheritdoc cref="KeysAnswer.Next"/>
    public long? Next { get; init; }
}

/// <summary>What an execution costs from an instant on.</summary>
internal sealed record PriceAnswer(decimal Usd, DateTimeOffset ValidFrom)
{
    public static PriceAnswer Of(Price price) => new(Money.ToUsd(price.MicroUsd), DateTimeOffset.FromUnixTimeMilliseconds(price.ValidFrom));
}

/// <summary>Every price there was and will be, oldest first. Before the first: the setting.</summary>
internal sealed record PricesAnswer(PriceAnswer[] Prices);

/// <summary>An act of administration.</summary>
internal sealed record AuditedActAnswer(long Id, DateTimeOffset At, string Actor, string Act, string Subject, string Detail)
{
    public static AuditedActAnswer Of(AuditedAct act) => new(act.Id, DateTimeOffset.FromUnixTimeMilliseconds(act.At), act.Actor, act.Act, act.Subject, act.Detail);
}

/// <summary>Acts of administration, oldest first.</summary>
internal sealed record AuditAnswer(AuditedActAnswer[] Acts)
{
    /// <inheritdoc cref="KeysAnswer.Next"/>
    public long? Next { get; init; }
}
