using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mayfly.Api.Reference;

/// <summary>What the reference says about each route. The numbers are those in force.</summary>
internal static class RouteDescriptions
{
    private const string ProblemType = "application/problem+json";
    private const string ExampleId = "01a2096e884d7769b98851baf9a05eb9";

    private static readonly ProblemCode[] RequestProblems =
    [
        ProblemCode.InvalidJson, ProblemCode.InvalidRequest, ProblemCode.CodeRequired, ProblemCode.CodeTooLarge, ProblemCode.UnsupportedLanguage,
        ProblemCode.InvalidApiKey, ProblemCode.InsufficientScope, ProblemCode.InsufficientBalance, ProblemCode.RequestTimeout, ProblemCode.IdempotencyKeyInFlight, ProblemCode.LengthRequired,
        ProblemCode.BodyTooLarge, ProblemCode.UnsupportedMediaType, ProblemCode.IdempotencyKeyReused, ProblemCode.RateLimited, ProblemCode.TooManyConcurrent,
        ProblemCode.InfrastructureFailure, ProblemCode.Overloaded, ProblemCode.Draining,
    ];

    public static void Execute(RouteHandlerBuilder route, GatewayOptions options) => route
        .WithName("execute").WithTags("Code sandbox").WithSummary("Runs one program")
        .WithDescription(string.Create(CultureInfo.InvariantCulture,
            $"""
            Runs the program in a jail of its own, which is destroyed afterwards, and answers with what it did. A program that fails, is killed or times out is a
            result with status 200.

            It gets {options.Dispatch.Limits.TimeMs / 1000.0} s of wall time, {options.Dispatch.Limits.MemoryBytes >> 20} MiB of memory, {options.Limits.CodeBytes} bytes of code and
            {options.Dispatch.Limits.OutputBytes} bytes for each output stream; no network. `GET /v1/code-sandbox/limits` has all limits.

            With an `Idempotency-Key` a repeated request gets the first answer again and is not charged again.
            """))
        .Produces<ExecuteAnswer>()
        .AddOpenApiOperationTransformer(async (operation, context, cancellation) =>
        {
            NeedsKey(operation, context.Document!);
            operation.Parameters = [IdempotencyKey(options.Idempotency.Hours)];
            operation.RequestBody = RequestBody(await SchemaAsync(context, typeof(ExecuteBody), cancellation));
            var ok = operation.Responses!["200"];
            ok.Content!["application/json"].Examples = ResultExamples();
            AddHeaders(ok, RequestHeaders.IgnoredFields, ReplayedResult.Header, RequestHeaders.RateLimitState, RequestHeaders.RateLimitPolicy);
            await AddProblemsAsync(operation, context, RequestProblems, cancellation);
        });

    public static void Runtimes(RouteHandlerBuilder route) => route
        .WithName("runtimes").WithTags("Code sandbox").WithSummary("What programs can use")
        .WithDescription("Exact versions of interpreters and libraries, and the image that they are in.")
        .Produces<RuntimesAnswer>()
        .AddOpenApiOperationTransformer((operation, context, cancellation) =>
        {
            NeedsNoKey(operation);
            return AddProblemsAsync(operation, context, [ProblemCode.InfrastructureFailure], cancellation);
        });

    public static void Limits(RouteHandlerBuilder route) => route
        .WithName("limits").WithTags("Code sandbox").WithSummary("The limits that every execution has")
        .Produces<LimitsAnswer>()
        .AddOpenApiOperationTransformer((operation, context, cancellation) =>
        {
            NeedsNoKey(operation);
            return AddProblemsAsync(operation, context, [], cancellation);
        });

    public static void Tools(RouteHandlerBuilder route) => route
        .WithName("tools").WithTags("Code sandbox").WithSummary("The tool run_code for models' interfaces")
        .WithDescription("A list of the one tool, to be passed on as it is. Its description names libraries and the limits in force. A call's arguments are the body of `execute`.")
        .Produces<object[]>()
        .AddOpenApiOperationTransformer((operation, context, cancellation) =>
        {
            NeedsNoKey(operation);
            operation.Parameters =
            [
                new OpenApiParameter
                {
                    Name = "format", In = ParameterLocation.Query, Required = true, Description = "Whose interface.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ToolsEndpoint.Formats.Select(format => JsonValue.Create(format))] },
                    Example = ToolsEndpoint.Formats[0],
                },
            ];
            operation.Responses!["200"].Content!["application/json"].Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Array, MinItems = 1, Items = new OpenApiSchema { Type = JsonSchemaType.Object },
            };
            return AddProblemsAsync(operation, context, [ProblemCode.InvalidRequest], cancellation);
        });

    public static void Usage(RouteHandlerBuilder route) => DescribeUsage(route
        .WithName("usage").WithSummary("What the key's account was charged")
        .WithDescription("Sums over all executions whose user code was started: in all, and by key, day (UTC), language and outcome. The cost is the sum of the answers' `cost`.")
        .Produces<UsageAnswer>());

    public static void UsageRows(RouteHandlerBuilder route) => DescribeUsage(
        route
            .WithName("usageRows").WithSummary("The rows that it is made of")
            .WithDescription($"Sums by day, key, language and outcome, in that order, a page at a time. CSV by `format=csv` or `Accept: text/csv`; then `{UsageFilter.NextHeader}` is the next page's `cursor`.")
            .Produces<UsageRowsAnswer>(),
        Query("limit", $"Rows of a page, 1 to {Page.MaxLimit}. Default: {Page.DefaultLimit}."),
        Query("cursor", "The `next` of the page before."),
        Query("format", "`json` or `csv`."))
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var ok = operation.Responses!["200"];
            ok.Content!["text/csv"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            AddHeaders(ok, UsageFilter.NextHeader);
            return Task.CompletedTask;
        });

    private static RouteHandlerBuilder DescribeUsage(RouteHandlerBuilder route, params OpenApiParameter[] more) => route
        .WithTags("Account")
        .AddOpenApiOperationTransformer((operation, context, cancellation) =>
        {
            NeedsKey(operation, context.Document!);
            operation.Parameters =
            [
                Query("from", "The first day, such as 2027-01-31."), Query("to", "The last day."), Query("key", "Of the key of that number only."),
                Query("language", "In that language only."), Query("outcome", "With that outcome only."), Query("account", "Of another account, by its name: needs the scope admin."), .. more,
            ];
            return AddProblemsAsync(
                operation,
                context,
                [ProblemCode.InvalidRequest, ProblemCode.InvalidApiKey, ProblemCode.InsufficientScope, ProblemCode.RateLimited, ProblemCode.InfrastructureFailure],
                cancellation);
        });

    internal static OpenApiParameter Query(string name, string meaning) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = meaning,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    public static void Live(RouteHandlerBuilder route) => route
        .WithName("live").WithTags("Health").WithSummary("The process answers")
        .Produces<HealthAnswer>()
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            NeedsNoKey(operation);
            return Task.CompletedTask;
        });

    public static void Ready(RouteHandlerBuilder route) => route
        .WithName("ready").WithTags("Health").WithSummary("New executions would be taken")
        .WithDescription("The database can be written, a cell has passed its self-test, and the service is not shutting down. Busy slots do not make it unready.")
        .Produces<HealthAnswer>()
        .Produces<HealthAnswer>(StatusCodes.Status503ServiceUnavailable)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            NeedsNoKey(operation);
            return Task.CompletedTask;
        });

    internal static void NeedsKey(OpenApiOperation operation, OpenApiDocument document) => operation.Security =
    [
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ReferencePages.BearerScheme, document)] = [] },
        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(ReferencePages.HeaderScheme, document)] = [] },
    ];

    private static OpenApiParameter IdempotencyKey(int hours) => new()
    {
        Name = RequestHeaders.IdempotencyKey,
        In = ParameterLocation.Header,
        Description = $"Names this request, so that it can be sent again safely within {hours} hours. Bare or quoted.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = RequestHeaders.MaxIdempotencyKeyLength },
    };

    // Said, so that nobody takes it for forgotten.
    private static void NeedsNoKey(OpenApiOperation operation) => operation.Security = [];

    // Not by Accepts(): routing would then answer 415 itself, before the key is looked at.
    private static OpenApiRequestBody RequestBody(IOpenApiSchema schema) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema, Examples = RequestExamples() } },
    };

    private static Dictionary<string, IOpenApiExample> RequestExamples() => new()
    {
        ["python"] = Example("Python", """{"code": "import pandas as pd\nprint(pd.DataFrame({'a': [1, 2, 3]}).sum())", "language": "python"}"""),
        ["javascript"] = Example("JavaScript", """{"code": "const math = require('mathjs');\nconsole.log(math.evaluate('sqrt(2)'));", "language": "javascript"}"""),
    };

    private static Dictionary<string, IOpenApiExample> ResultExamples() => new()
    {
        ["success"] = Example("A program that works", """
            {"stdout": "1\n", "stderr": "", "exitCode": 0, "executionTimeMs": 12.3, "memoryUsageMb": 9.84, "timedOut": false, "error": null, "cost": 0.002}
            """),
        ["failure"] = Example("A program that fails: a result, not an error", """
            {"stdout": "", "stderr": "Traceback (most recent call last):\n  File \"/sandbox/main.py\", line 1, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n", "exitCode": 1, "executionTimeMs": 14.05, "memoryUsageMb": 9.91, "timedOut": false, "error": null, "cost": 0.002}
            """),
        ["timeout"] = Example("A program that never ends", """
            {"stdout": "a\n", "stderr": "", "exitCode": 124, "executionTimeMs": 10003.27, "memoryUsageMb": 9.87, "timedOut": true, "error": null, "cost": 0.002, "termination": "timeout"}
            """),
        ["truncated"] = Example("A program that writes more than is kept", """
            {"stdout": "AAAAAAAA…", "stderr": "", "exitCode": 0, "executionTimeMs": 812.6, "memoryUsageMb": 10.02, "timedOut": false, "error": null, "cost": 0.002, "truncated": {"stdout": true}}
            """),
    };

    internal static async Task AddProblemsAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, IEnumerable<ProblemCode> codes, CancellationToken cancellation)
    {
        var isExecute = operation.OperationId == "execute";
        foreach (var response in operation.Responses!.Values) AddHeaders(response, RequestId.Header);
        foreach (var status in codes.SelectMany(code => Problems.Statuses(code).Select(status => (Status: status, Code: code))).GroupBy(pair => pair.Status))
        {
            var failed = isExecute && status.Any(pair => pair.Code == ProblemCode.InfrastructureFailure);
            var onlyFailed = failed && status.All(pair => pair.Code == ProblemCode.InfrastructureFailure);
            var plain = await SchemaAsync(context, typeof(ProblemAnswer), cancellation);
            var full = await SchemaAsync(context, typeof(FailedExecutionAnswer), cancellation);
            IOpenApiSchema schema = !failed ? plain : onlyFailed ? full : new OpenApiSchema { AnyOf = [full, plain] };
            var response = new OpenApiResponse
            {
                Description = string.Join("; ", status.Select(pair => Problems.Kind(pair.Code).Title).Distinct()),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ProblemType] = new()
                    {
                        Schema = schema,
                        Examples = status.ToDictionary(pair => Problems.Kind(pair.Code).Code, IOpenApiExample (pair) => ProblemExample(pair.Code, pair.Status, isExecute)),
                    },
                },
            };
            AddHeaders(response, RequestId.Header);
            if (status.Key == 401) AddHeaders(response, "WWW-Authenticate");
            if (status.Key is 429 or 503 or 409) AddHeaders(response, "Retry-After");
            if (status.Key == 429) AddHeaders(response, RequestHeaders.RateLimitState, RequestHeaders.RateLimitPolicy);
            operation.Responses[status.Key.ToString(CultureInfo.InvariantCulture)] = response;
        }
    }

    internal static async Task<OpenApiSchemaReference> SchemaAsync(OpenApiOperationTransformerContext context, Type type, CancellationToken cancellation)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true)
        {
            document.AddComponent<IOpenApiSchema>(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellation));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }

    private static void AddHeaders(IOpenApiResponse response, params string[] names)
    {
        var concrete = (OpenApiResponse)response;
        concrete.Headers ??= new Dictionary<string, IOpenApiHeader>();
        foreach (var name in names)
        {
            concrete.Headers[name] = new OpenApiHeader { Description = HeaderMeaning(name), Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    private static string HeaderMeaning(string name) => name switch
    {
        RequestId.Header => "Names the request; in every answer.",
        RequestHeaders.IgnoredFields => "Fields of the request that mean nothing here.",
        ReplayedResult.Header => "true: this is the answer to an earlier request with the same Idempotency-Key.",
        RequestHeaders.RateLimitState => "What may be sent now (draft-ietf-httpapi-ratelimit-headers).",
        RequestHeaders.RateLimitPolicy => "The limit of the key (draft-ietf-httpapi-ratelimit-headers).",
        UsageFilter.NextHeader => "Of CSV: the next page's `cursor`; absent on the last.",
        "Retry-After" => "Seconds after which to try again.",
        "WWW-Authenticate" => "Bearer",
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A header without a meaning."),
    };

    private static OpenApiExample ProblemExample(ProblemCode code, int status, bool isExecute)
    {
        var (_, _, title) = Problems.Kind(code);
        var buffer = new ArrayBufferWriter<byte>();
        ProblemResult.Write(buffer, new Problem(code, status, $"{ProblemHelp.Of(code).When} {ProblemHelp.Of(code).Remedy}"), ExampleId, isExecute);
        return new OpenApiExample { Summary = title, Value = JsonNode.Parse(buffer.WrittenSpan) };
    }

    private static OpenApiExample Example(string summary, string json) => new() { Summary = summary, Value = JsonNode.Parse(json) };
}
