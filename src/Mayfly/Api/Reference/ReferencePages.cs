using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Mayfly.Api.Reference;

/// <summary>GET /openapi/v1.json and /docs, all of it served from here: a reader's browser asks nobody else.</summary>
internal static class ReferencePages
{
    public const string BearerScheme = "bearer";
    public const string HeaderScheme = "header";

    private const string Version = "v1";

    // The page brings its own script and styles, and sends requests to this service only.
    // Scripts run by the nonce of one answer only, so nothing that a description might smuggle in is one; styles are set inline by the page's script.
    private static string PagePolicy(object? nonce) =>
        $"default-src 'none'; script-src 'self'{(nonce is null ? "" : $" 'nonce-{nonce}'")}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    private const string Introduction = """
        Runs untrusted Python and JavaScript: code in, result out, everything destroyed. Each path is also there under `/api`.

        Put a key (`mayfly keys create --name docs` where the service runs) into **Authentication**, then **Test Request** runs a program from this page. In a shell:

        ```sh
        curl $MAYFLY_BASE_URL/v1/code-sandbox/execute \
          -H "Authorization: Bearer $MAYFLY_API_KEY" \
          -H 'Content-Type: application/json' \
          -d '{"language":"python","code":"print(42)"}'
        ```

        A program that fails or times out is a 200 with a result. Every other answer is `application/problem+json` with a stable `code`, what was wrong and what to do.
        Requests that should not run twice carry an `Idempotency-Key`.
        """;

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Code sandbox", "Running programs, and what they find when they run."),
        ("Account", "What the key's account was charged. Needs the scope `usage`."),
        ("Administration", "Accounts, keys, prices. Needs the scope `admin`; each act is in the audit log."),
        ("Health", "For load balancers and whoever watches. Needs no key."),
    ];

    public static void AddTo(IServiceCollection services) => services
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict)
        .AddOpenApi(Version, Describe);

    public static void Map(WebApplication app)
    {
        // It never changes while the service runs, and making it costs as much as some executions.
        var document = new Lazy<Task<byte[]>>(() => MakeAsync(app.Services));
        app.MapGet($"/openapi/{Version}.json", async () => Results.Bytes(await document.Value, "application/json")).ExcludeFromDescription();

        var pages = app.MapGroup("").AddEndpointFilter(async (context, next) =>
        {
            // The nonce is made while the page is.
            var http = context.HttpContext;
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.ContentSecurityPolicy = PagePolicy(http.Items[ScalarOptions.NonceHttpContextItemKey]);
                return Task.CompletedTask;
            });
            return await next(context);
        });
        pages.MapScalarApiReference("/docs", page => page
            .WithTitle("Mayfly API")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .AddDocument(Version)
            .DisableTelemetry()
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .WithProxy("")
            .WithNonce()

            // What they offer is at the maker's: sharing the document, deploying it, a client of its own.
            .HideDeveloperTools()
            .HideClientButton()
            .ExpandAllTags()
            .WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl)
            .AddPreferredSecuritySchemes(BearerScheme));
    }

    private static void Describe(OpenApiOptions openApi)
    {
        openApi.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        openApi.AddSchemaTransformer((schema, context, _) =>
        {
            SayWhatIsAllowed(schema, context.JsonPropertyInfo?.AttributeProvider);
            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            // Not the doc comment of the method that answers, which is for readers of the code.
            operation.Summary = context.Description.ActionDescriptor.EndpointMetadata.OfType<IEndpointSummaryMetadata>().Last().Summary;
            return Task.CompletedTask;
        });
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Mayfly",
                Version = "1",
                Description = Introduction,
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
            document.Components ??= new OpenApiComponents();
            foreach (var (name, schema) in document.Components.Schemas ?? new Dictionary<string, IOpenApiSchema>())
            {
                if (name != nameof(KeyTermsBody)) SayAbsentInsteadOfNull((OpenApiSchema)schema);
            }

            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "Authorization: Bearer uc-…" },
                [HeaderScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = Accounts.Authenticator.KeyHeader, Description = "X-API-Key: uc-…" },
            };
            return Task.CompletedTask;
        });
    }

    private static void SayWhatIsAllowed(OpenApiSchema schema, ICustomAttributeProvider? property)
    {
        if (property?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is not [AllowedValuesAttribute allowed]) return;
        schema.Enum = [.. allowed.Values.Select(value => JsonValue.Create((string)value!))];
    }

    // What may be missing is missing then, and never null; but in a change of a key null takes a bound away.
    private static void SayAbsentInsteadOfNull(OpenApiSchema schema)
    {
        foreach (var (name, property) in schema.Properties?.ToArray() ?? [])
        {
            if (schema.Required?.Contains(name) == true) continue;
            if (property is OpenApiSchema { Type: { } type } own) own.Type = type & ~JsonSchemaType.Null;
            else if (property.OneOf is { Count: 2 } either) schema.Properties![name] = either.Single(one => one is OpenApiSchemaReference);
        }
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services)
    {
        // Cancelled by nobody: whoever asks first makes it for all.
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Version).GetOpenApiDocumentAsync(CancellationToken.None);
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
    }
}
