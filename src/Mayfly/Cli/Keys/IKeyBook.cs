using Mayfly.Api;

namespace Mayfly.Cli.Keys;

/// <summary>Where keys are kept: the database here, or a server that is asked.</summary>
internal interface IKeyBook
{
    /// <summary>Makes a key; the answer holds its secret.</summary>
    Task<KeyAnswer> CreateAsync(KeyChange terms, string account);

    Task<IReadOnlyList<KeyAnswer>> ListAsync(string? account);

    /// <returns>The key as it is now; null: there is none of that number.</returns>
    Task<KeyAnswer?> ChangeAsync(long id, KeyChange change);

    /// <returns>Whether there is a key of that number.</returns>
    Task<bool> RevokeAsync(long id);
}

/// <summary>What becomes otherwise; null: it stays. The names are those of /v1/admin/keys.</summary>
internal sealed record KeyChange
{
    public string? Name { get; init; }

    public string[]? Scopes { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public int? RatePerMinute { get; init; }

    public int? Concurrency { get; init; }

    public decimal? BudgetUsd { get; init; }

    /// <summary>Of a key that is being made.</summary>
    public string? Account { get; init; }
}
