using System.IO.Compression;

namespace Mayfly.ContractTests.Requests;

/// <summary>Only application/json in UTF-8, and never encoded.</summary>
public sealed class MediaTypeTests(Service service) : ServiceTests(service)
{
    private static readonly byte[] Body = Service.RequestBody("print(1)", "python");

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("APPLICATION/JSON")]
    public async Task Accepted_is(string mediaType)
    {
        Execution.From(await Service.PostAsync(Body, r => ContentType(r, mediaType))).AssertExit(0).AssertStdout("1\n");
    }

    [Theory, Case("H9")]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("text/json")]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonx")]
    [InlineData("application/json5")]
    [InlineData("*/*")]
    [InlineData("json")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task Refused_is(string? mediaType)
    {
        Problem.Expect(await Service.PostAsync(Body, r => ContentType(r, mediaType)), 415);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("identity")]
    [InlineData("gzip, gzip")]
    [InlineData("nonsense")]
    public async Task Any_content_encoding_is_refused(string encoding)
    {
        Problem.Expect(await Service.PostAsync(Body, r => r.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding)), 415);
    }

    [Fact]
    public async Task A_body_that_is_really_compressed_is_refused()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(Body, Stop);

        Problem.Expect(await Service.PostAsync(compressed.ToArray(), r => r.Content!.Headers.TryAddWithoutValidation("Content-Encoding", "gzip")), 415);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    [InlineData("application/problem+json")]
    [InlineData("image/png")]
    public async Task The_answer_is_json_whatever_is_asked_for(string accept)
    {
        var answer = await Service.PostAsync(Body, r => r.Headers.TryAddWithoutValidation("Accept", accept));

        Execution.From(answer).AssertExit(0);
    }

    private static void ContentType(HttpRequestMessage request, string? mediaType)
    {
        request.Content!.Headers.Remove("Content-Type");
        if (mediaType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
    }
}
