using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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
    private const string PagePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'";

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
            context.HttpContext.Response.Headers.ContentSecurityPolicy = PagePolicy;
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
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Mayfly",
                Version = "1",
                Description = "Runs untrusted Python and JavaScript: code in, result out, everything destroyed. Each path is also there under /api.",
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            foreach (var schema in document.Components.Schemas?.Values.OfType<OpenApiSchema>() ?? []) SayAbsentInsteadOfNull(schema);
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

    // What may be missing is missing then, and never null.
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
