using Mayfly.Accounts;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>/v1/admin: accounts, keys, prices and the audit log, for keys with the scope admin. The CLI does the same by the same stores.</summary>
internal sealed class AdminEndpoints(Authentication door, AccountStore accounts, KeyStore keys, PriceList prices, Audit audit)
{
    internal Task<IResult> ListAccountsAsync(HttpContext http) => AsAdminAsync(http, async _ =>
    {
        var page = Page.Of(http);
        var found = await accounts.ListAsync(page.After, page.Limit + 1);
        return Results.Json(new AccountsAnswer([.. found.Take(page.Limit).Select(AccountAnswer.Of)]) { Next = page.NextOf(found, account => account.Id) }, ApiJson.Readable.AccountsAnswer);
    });

    internal Task<IResult> CreateAccountAsync(HttpContext http) => AsAdminAsync(http, async actor =>
    {
        var name = (await AdminBody.ReadAsync(http)).Only("name").Text("name") ?? throw new AdminInputException("\"name\" is required.");
        return await accounts.CreateAsync(name, actor) is { } made
            ? Results.Json(AccountAnswer.Of(made), ApiJson.Readable.AccountAnswer, statusCode: StatusCodes.Status201Created)
            : new ProblemResult(Problems.Of(ProblemCode.AlreadyExists, "There is an account of that name already."));
    });

    internal Task<IResult> CloseAccountAsync(HttpContext http, string name) => AsAdminAsync(http, async actor =>
        await accounts.CloseAsync(name, actor) ? Results.NoContent() : NotThere("account of that name that is open"));

    internal Task<IResult> ListKeysAsync(HttpContext http) => AsAdminAsync(http, async _ =>
    {
        var page = Page.Of(http);
        var found = await keys.ListAsync(http.Request.Query["account"].FirstOrDefault(), page.After, page.Limit + 1);
        return Results.Json(new KeysAnswer([.. found.Take(page.Limit).Select(key => KeyAnswer.Of(key))]) { Next = page.NextOf(found, key => key.Id) }, ApiJson.Readable.KeysAnswer);
    });

    internal Task<IResult> CreateKeyAsync(HttpContext http) => AsAdminAsync(http, async actor =>
    {
        var body = (await AdminBody.ReadAsync(http)).Only([.. AdminBody.TermFields, "account"]);
        var (secret, key) = await keys.CreateAsync(body.Change(new KeyTerms("")), body.Text("account") ?? AccountStore.Default, actor);
        return Results.Json(KeyAnswer.Of(key, secret), ApiJson.Readable.KeyAnswer, statusCode: StatusCodes.Status201Created);
    });

    internal Task<IResult> GetKeyAsync(HttpContext http, long id) => AsAdminAsync(http, async _ =>
        await keys.GetAsync(id) is { } key ? Results.Json(KeyAnswer.Of(key), ApiJson.Readable.KeyAnswer) : NotThere("key of that number"));

    internal Task<IResult> ChangeKeyAsync(HttpContext http, long id) => AsAdminAsync(http, async actor =>
    {
        var body = (await AdminBody.ReadAsync(http)).Only(AdminBody.TermFields);
        return await keys.ChangeAsync(id, body.Change, actor) is { } key ? Results.Json(KeyAnswer.Of(key), ApiJson.Readable.KeyAnswer) : NotThere("key of that number");
    });

    internal Task<IResult> RevokeKeyAsync(HttpContext http, long id) => AsAdminAsync(http, async actor =>
        await keys.RevokeAsync(id, actor) ? Results.NoContent() : NotThere("key of that number"));

    internal Task<IResult> ListPricesAsync(HttpContext http) => AsAdminAsync(http, async _ =>
        Results.Json(new PricesAnswer([.. (await prices.HistoryAsync()).Select(PriceAnswer.Of)]), ApiJson.Readable.PricesAnswer));

    internal Task<IResult> SetPriceAsync(HttpContext http) => AsAdminAsync(http, async actor =>
    {
        var body = (await AdminBody.ReadAsync(http)).Only("usd", "validFrom");
        var usd = body.Usd("usd") ?? throw new AdminInputException("\"usd\" is required.");
        return Results.Json(PriceAnswer.Of(await prices.SetAsync(usd, body.Instant("validFrom"), actor)), ApiJson.Readable.PriceAnswer, statusCode: StatusCodes.Status201Created);
    });

    internal Task<IResult> ListAuditAsync(HttpContext http) => AsAdminAsync(http, async _ =>
    {
        var page = Page.Of(http);
        var found = await audit.ListAsync(page.After, page.Limit + 1);
        return Results.Json(new AuditAnswer([.. found.Take(page.Limit).Select(AuditedActAnswer.Of)]) { Next = page.NextOf(found, act => act.Id) }, ApiJson.Readable.AuditAnswer);
    });

    private async Task<IResult> AsAdminAsync(HttpContext http, Func<string, Task<IResult>> act)
    {
        // Authenticate
        var visitor = await door.AuthenticateAsync(http, KeyScopes.Admin);
        if (visitor.Refusal is { } refusal) return refusal;
        try
        {
            return await act(Audit.Of(visitor.Key));
        }
        catch (AdminInputException wrong)
        {
            return new ProblemResult(Problems.Of(wrong.Code, wrong.Message));
        }
        catch (ArgumentException wrong)
        {
            // The stores' own words about terms that make no sense.
            return new ProblemResult(Problems.Of(ProblemCode.InvalidRequest, wrong.Message));
        }
    }

    private static ProblemResult NotThere(string what) => new(Problems.Of(ProblemCode.NotFound, $"There is no {what}."));
}
