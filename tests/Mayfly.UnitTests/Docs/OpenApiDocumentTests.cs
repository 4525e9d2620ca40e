using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mayfly.UnitTests.Api;

namespace Mayfly.UnitTests.Docs;

/// <summary>docs/openapi.json, so that a change of the API is seen in its diff.</summary>
public sealed class OpenApiDocumentTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_committed_document_is_what_a_service_with_its_defaults_says()
    {
        await using var gateway = await TestGateway.StartAsync();
        var served = JsonNode.Parse((await gateway.GetAsync("/openapi/v1.json")).Text)!.ToJsonString(Readable) + "\n";

        Repository.MustBe("docs/openapi.json", served);
    }
}
