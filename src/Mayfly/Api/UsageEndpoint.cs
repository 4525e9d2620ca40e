using System.Globalization;
using Mayfly.Accounts;
using Mayfly.Admission;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>GET /v1/usage: what the key's account was charged. Its sums are the sums of the answers' <c>cost</c>.</summary>
internal sealed class UsageEndpoint(Authenticator accounts, FailedAttempts strangers, ChargeLedger ledger) : IDisposable
{
    // Adding up a long ledger keeps a core busy; whoever asks in a loop waits for its turn instead of taking them all.
    private readonly SemaphoreSlim _turns = new(2);

    internal async Task<IResult> AnswerAsync(HttpContext http)
    {
        // Authenticate
        if (await accounts.AuthenticateAsync(http.Request.Headers) is not { } key)
        {
            var refusal = strangers.Add(http.Connection.RemoteIpAddress);
            RequestHeaders.WriteRateLimit(http.Response.Headers, refusal.Limit);
            return new ProblemResult(Problems.From(refusal));
        }

        // Respond
        var rows = await InTurnAsync(() => ledger.UsageAsync(key.AccountId), http.RequestAborted);
        return Results.Json(
            new UsageAnswer
            {
                Executions = rows.Sum(row => row.Executions),
                Cost = Money.ToUsd(rows.Sum(row => row.MicroUsd)),
                ByKey = Parts(rows, row => row.KeyId, (row, part) => part with { Id = row.KeyId, Name = row.KeyName, LastFour = row.LastFour }),
                ByDay = Parts(rows, row => row.Day, (row, part) => part with { Day = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(row.Day)).ToString("O", CultureInfo.InvariantCulture) }),
                ByLanguage = Parts(rows, row => row.Language, (row, part) => part with { Language = row.Language }),
                ByOutcome = Parts(rows, row => row.Outcome, (row, part) => part with { Outcome = row.Outcome }),
            },
            ApiJson.Readable.UsageAnswer);
    }

    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> read, CancellationToken hangUp)
    {
        await _turns.WaitAsync(hangUp);
        try
        {
            return await read();
        }
        finally
        {
            _turns.Release();
        }
    }

    private static UsagePart[] Parts<T>(IReadOnlyList<UsageRow> rows, Func<UsageRow, T> by, Func<UsageRow, UsagePart, UsagePart> named) =>
        [.. rows.GroupBy(by).OrderBy(group => group.Key).Select(group => named(
            group.First(),
            new UsagePart { Executions = group.Sum(row => row.Executions), Cost = Money.ToUsd(group.Sum(row => row.MicroUsd)) }))];
}

/// <summary>What an account was charged: executions whose user code was started.</summary>
internal sealed record UsageAnswer
{
    /// <summary>Charged executions.</summary>
    public required long Executions { get; init; }

    /// <summary>USD.</summary>
    public required decimal Cost { get; init; }

    public required UsagePart[] ByKey { get; init; }

    /// <summary>Days are UTC.</summary>
    public required UsagePart[] ByDay { get; init; }

    public required UsagePart[] ByLanguage { get; init; }

    /// <summary>exit, signal, timeout, out_of_memory or cancelled.</summary>
    public required UsagePart[] ByOutcome { get; init; }
}

/// <summary>A part of the usage; what it is a part of is named by the field that is there.</summary>
internal sealed record UsagePart
{
    public long? Id { get; init; }

    public string? Name { get; init; }

    public string? LastFour { get; init; }

    public string? Day { get; init; }

    public string? Language { get; init; }

    public string? Outcome { get; init; }

    public required long Executions { get; init; }

    public required decimal Cost { get; init; }
}
