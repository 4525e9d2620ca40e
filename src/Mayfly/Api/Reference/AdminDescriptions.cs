using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Mayfly.Api.Reference;

/// <summary>What the reference says about /v1/admin.</summary>
internal static class AdminDescriptions
{
    public static void ListAccounts(RouteHandlerBuilder route) => Paged(Describe(route, "adminListAccounts", "Accounts", "")).Produces<AccountsAnswer>();

    public static void CreateAccount(RouteHandlerBuilder route) =>
        WithBody<AccountBody>(Describe(route, "adminCreateAccount", "Makes an account", "", ProblemCode.AlreadyExists), """{"name": "example"}""").Produces<AccountAnswer>(StatusCodes.Status201Created);

    public static void CloseAccount(RouteHandlerBuilder route) =>
        Describe(route, "adminCloseAccount", "Closes an account", "For good: its keys are revoked, its kept answers deleted, its names replaced by numbers.", ProblemCode.NotFound).Produces(StatusCodes.Status204NoContent);

    public static void ListKeys(RouteHandlerBuilder route) => Paged(Describe(route, "adminListKeys", "Keys", "Of one account or all, without their secrets."), RouteDescriptions.Query("account", "Of the account of that name only.")).Produces<KeysAnswer>();

    public static void CreateKey(RouteHandlerBuilder route) =>
        WithBody<NewKeyBody>(Describe(route, "adminCreateKey", "Makes a key", "Its secret is in this answer only."), """{"name": "laptop", "scopes": ["execute", "usage"], "ratePerMinute": 600, "budgetUsd": 5}""").Produces<KeyAnswer>(StatusCodes.Status201Created);

    public static void GetKey(RouteHandlerBuilder route) => Describe(route, "adminGetKey", "One key", "", ProblemCode.NotFound).Produces<KeyAnswer>();

    public static void ChangeKey(RouteHandlerBuilder route) =>
        WithBody<KeyTermsBody>(Describe(route, "adminChangeKey", "Changes a key", "Null takes a bound away; what is absent stays.", ProblemCode.NotFound), """{"name": "old laptop", "budgetUsd": null}""").Produces<KeyAnswer>();

    public static void RevokeKey(RouteHandlerBuilder route) =>
        Describe(route, "adminRevokeKey", "Revokes a key", "For good: it is refused everywhere within 5 seconds.", ProblemCode.NotFound).Produces(StatusCodes.Status204NoContent);

    public static void ListPrices(RouteHandlerBuilder route) => Describe(route, "adminListPrices", "Prices", "Every one there was and will be.").Produces<PricesAnswer>();

    public static void SetPrice(RouteHandlerBuilder route) =>
        WithBody<PriceBody>(Describe(route, "adminSetPrice", "Sets the price", "Of an execution, from an instant on, a minute ahead at least."), """{"usd": 0.002}""").Produces<PriceAnswer>(StatusCodes.Status201Created);

    public static void ListAudit(RouteHandlerBuilder route) => Paged(Describe(route, "adminListAudit", "Acts of administration", "")).Produces<AuditAnswer>();

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route, string name, string summary, string detail, params ProblemCode[] problems) => route
        .WithName(name).WithTags("Administration").WithSummary(summary).WithDescription($"{detail} Needs a key with the scope admin.".TrimStart())
        .AddOpenApiOperationTransformer((operation, context, cancellation) =>
        {
            RouteDescriptions.NeedsKey(operation, context.Document!);
            return RouteDescriptions.AddProblemsAsync(
                operation,
                context,
                [ProblemCode.InvalidRequest, ProblemCode.InvalidApiKey, ProblemCode.InsufficientScope, ProblemCode.RateLimited, ProblemCode.InfrastructureFailure, .. problems],
                cancellation);
        });

    private static RouteHandlerBuilder Paged(RouteHandlerBuilder route, params OpenApiParameter[] more) => route.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        operation.Parameters =
        [
            RouteDescriptions.Query("limit", $"Of a page, 1 to {Page.MaxLimit}. Default: {Page.DefaultLimit}."), RouteDescriptions.Query("after", "The `next` of the page before."), .. more,
        ];
        return Task.CompletedTask;
    });

    private static RouteHandlerBuilder WithBody<TBody>(RouteHandlerBuilder route, string example) => route.AddOpenApiOperationTransformer(async (operation, context, cancellation) =>
    {
        var schema = await RouteDescriptions.SchemaAsync(context, typeof(TBody), cancellation);
        var media = new OpenApiMediaType { Schema = schema, Example = JsonNode.Parse(example) };
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = media } };
    });
}

/// <summary>A new account.</summary>
internal sealed record AccountBody
{
    /// <summary>1 to 100 printable characters that no other account has.</summary>
    [Required]
    public required string Name { get; init; }
}

/// <summary>A key's terms.</summary>
internal record KeyTermsBody
{
    /// <summary>1 to 100 printable characters.</summary>
    public string? Name { get; init; }

    /// <summary>execute, usage, admin. Default: execute and usage.</summary>
    public string[]? Scopes { get; init; }

    /// <summary>From then on it is refused.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Executions a minute.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Executions at a time.</summary>
    public int? Concurrency { get; init; }

    /// <summary>USD that it may spend in all.</summary>
    public decimal? BudgetUsd { get; init; }
}

/// <summary>A new key.</summary>
internal sealed record NewKeyBody : KeyTermsBody
{
    /// <summary>Whose it is. Default: the account <c>default</c>.</summary>
    public string? Account { get; init; }
}

/// <summary>A new price.</summary>
internal sealed record PriceBody
{
    /// <summary>USD for an execution whose user code was started.</summary>
    [Required]
    public required decimal Usd { get; init; }

    /// <summary>Default: a minute from now.</summary>
    public DateTimeOffset? ValidFrom { get; init; }
}
