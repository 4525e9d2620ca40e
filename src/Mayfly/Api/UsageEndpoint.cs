using Mayfly.Accounts;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>GET /v1/usage and /v1/usage/rows: what an account was charged. Their sums are the sums of the answers' <c>cost</c>.</summary>
internal sealed class UsageEndpoint(Authentication door, UsageReport usage, AccountStore accounts) : IDisposable
{
    // Adding up a long ledger keeps a core busy; whoever asks in a loop waits for its turn instead of taking them all.
    private readonly SemaphoreSlim _turns = new(2);

    /// <summary>The sums.</summary>
    internal Task<IResult> AnswerAsync(HttpContext http) => AsOwnerAsync(http, async query =>
    {
        var rows = await InTurnAsync(() => usage.RowsAsync(query), http.RequestAborted);
        return Results.Json(
            new UsageAnswer
            {
                Executions = rows.Sum(row => row.Executions),
                Cost = Money.ToUsd(rows.Sum(row => row.MicroUsd)),
                ByKey = Parts(rows, row => row.KeyId, (row, part) => part with { Id = row.KeyId, Name = row.KeyName, LastFour = row.LastFour }),
                ByDay = Parts(rows, row => row.Day, (row, part) => part with { Day = UsageFilter.Date(row.Day) }),
                ByLanguage = Parts(rows, row => row.Language, (row, part) => part with { Language = row.Language }),
                ByOutcome = Parts(rows, row => row.Outcome, (row, part) => part with { Outcome = row.Outcome }),
            },
            ApiJson.Readable.UsageAnswer);
    });

    /// <summary>What the sums are made of, a page at a time, as JSON or CSV.</summary>
    internal Task<IResult> RowsAsync(HttpContext http) => AsOwnerAsync(http, async query =>
    {
        var limit = Page.Of(http).Limit;
        var found = await InTurnAsync(() => usage.RowsAsync(query with { After = UsageFilter.Cursor(http), Limit = limit + 1 }), http.RequestAborted);
        var rows = found.Take(limit).ToList();
        var next = found.Count > limit ? UsageFilter.CursorOf(rows[^1]) : null;
        if (!UsageFilter.WantsCsv(http)) return Results.Json(new UsageRowsAnswer([.. rows.Select(UsageRowAnswer.Of)]) { Next = next }, ApiJson.Readable.UsageRowsAnswer);

        // A CSV file has no place for it.
        if (next is not null) http.Response.Headers[UsageFilter.NextHeader] = next;
        return Results.Text(UsageCsv.Write(rows), "text/csv; charset=utf-8");
    });

    public void Dispose() => _turns.Dispose();

    private async Task<IResult> AsOwnerAsync(HttpContext http, Func<UsageQuery, Task<IResult>> answer)
    {
        // Authenticate
        var visitor = await door.AuthenticateAsync(http, KeyScopes.Usage);
        if (visitor.Refusal is { } refusal) return refusal;
        try
        {
            // Another account's: for administrators.
            var account = visitor.Key.AccountId;
            if (http.Request.Query["account"] is [{ } name])
            {
                var admin = await door.AuthenticateAsync(http, KeyScopes.Admin);
                if (admin.Refusal is { } missing) return missing;
                if (await accounts.GetAsync(name) is not { } other) return new ProblemResult(Problems.Of(ProblemCode.NotFound, "There is no account of that name."));
                account = other.Id;
            }

            return await answer(UsageFilter.Read(http, account));
        }
        catch (AdminInputException wrong)
        {
            return new ProblemResult(Problems.Of(wrong.Code, wrong.Message));
        }
    }

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

/// <summary>Sums by day, key, language and outcome, in that order.</summary>
internal sealed record UsageRowsAnswer(UsageRowAnswer[] Rows)
{
    /// <summary>What to send as <c>cursor</c> for the next rows. Absent: these are the last.</summary>
    public string? Next { get; init; }
}

/// <summary>Executions of one key on one day, in one language, with one outcome.</summary>
internal sealed record UsageRowAnswer(string Day, long KeyId, string KeyName, string LastFour, string Language, string Outcome, long Executions, decimal Cost)
{
    public static UsageRowAnswer Of(UsageRow row) =>
        new(UsageFilter.Date(row.Day), row.KeyId, row.KeyName, row.LastFour, row.Language, row.Outcome, row.Executions, Money.ToUsd(row.MicroUsd));
}
