namespace Mayfly.Accounts;

/// <summary>What a key may do: all that is decided about it, and may be changed later.</summary>
internal sealed record KeyTerms(string Name)
{
    public const int MaxNameLength = 100;

    /// <inheritdoc cref="ApiKey.Scopes"/>
    public KeyScopes Scopes { get; init; } = ScopeNames.Default;

    /// <inheritdoc cref="ApiKey.ExpiresAt"/>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <inheritdoc cref="ApiKey.RatePerMinute"/>
    public int? RatePerMinute { get; init; }

    /// <inheritdoc cref="ApiKey.Concurrency"/>
    public int? Concurrency { get; init; }

    /// <inheritdoc cref="ApiKey.BudgetMicroUsd"/>
    public long? BudgetMicroUsd { get; init; }

    /// <summary>The terms that a key has now.</summary>
    public static KeyTerms Of(ApiKey key) => new(key.Name)
    {
        Scopes = key.Scopes,
        ExpiresAt = key.ExpiresAt,
        RatePerMinute = key.RatePerMinute,
        Concurrency = key.Concurrency,
        BudgetMicroUsd = key.BudgetMicroUsd,
    };

    /// <summary>What the audit log says of them.</summary>
    public override string ToString() =>
        $"name {Name}, scopes {string.Join('+', ScopeNames.Of(Scopes))}, expires {ExpiresAt?.ToString("O") ?? "never"}, rate {RatePerMinute?.ToString() ?? "default"}, concurrency {Concurrency?.ToString() ?? "default"}, budget {BudgetMicroUsd?.ToString() ?? "none"}";

    /// <exception cref="ArgumentException">Something makes no sense; the message says what.</exception>
    internal void Check()
    {
        CheckName(Name);
        if (RatePerMinute is < 1 or > 10_000_000) throw new ArgumentException("The rate of a key is 1 to 10000000 executions a minute.");
        if (Concurrency is < 1 or > 100_000) throw new ArgumentException("The concurrency of a key is 1 to 100000 executions at a time.");
        if (BudgetMicroUsd < 0) throw new ArgumentException("The budget of a key is 0 or more.");
        if (Scopes == KeyScopes.None) throw new ArgumentException("A key needs a scope: execute, usage or admin.");
    }

    internal static void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(c => char.IsControl(c) || char.IsSurrogate(c)))
        {
            throw new ArgumentException($"A name is 1 to {MaxNameLength} printable characters.");
        }
    }
}
