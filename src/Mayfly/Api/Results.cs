using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mayfly.Admission;

namespace Mayfly.Api;

/// <summary>Respond with a problem: RFC 9457, with our code, the request's id, and the detail once more as <c>error</c>.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task ExecuteAsync(HttpContext http)
    {
        http.RequestServices.GetRequiredService<Metrics>().Rejected(problem.Code);
        var response = http.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        if (problem.RetryAfter is { } wait) response.Headers.RetryAfter = WholeSeconds(wait);
        if (problem.Code == ProblemCode.InvalidApiKey) response.Headers.WWWAuthenticate = "Bearer";
        if (problem.Closes) response.Headers.Connection = "close";

        var (_, code, title) = Problems.Kind(problem.Code);
        var id = RequestId.Of(http);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("type", $"urn:mayfly:problem:{code}");
            json.WriteString("title", title);
            json.WriteNumber("status", problem.Status);
            json.WriteString("detail", problem.Detail);
            json.WriteString("instance", $"urn:mayfly:request:{id}");
            json.WriteString("code", code);
            json.WriteString("requestId", id);

            // Who asked for a result and knows nothing of problems finds the result's fields.
            if (problem.Code == ProblemCode.InfrastructureFailure && ExecuteEndpoint.IsFor(http)) ExecuteResponse.WriteFailure(json, problem.Detail);
            else json.WriteString("error", problem.Detail);
            json.WriteEndObject();
        }

        response.ContentLength = buffer.WrittenCount;
        if (!HttpMethods.IsHead(http.Request.Method)) await response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }

    // At least one: "0" would be an invitation to hammer.
    internal static string WholeSeconds(TimeSpan time) =>
        Math.Max(1, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>Respond with what an execution did.</summary>
internal sealed class ExecuteResult(ExecuteResponse answer, HeldMemory memory, Metrics.StepClock step) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        memory.Hold(answer.HeldBytes);
        try
        {
            http.Response.ContentType = "application/json";
            await answer.WriteAsync(http.Response.BodyWriter, http.RequestAborted);
            step.Done(Step.Respond);
        }
        finally
        {
            memory.Release(answer.HeldBytes);
        }
    }
}

/// <summary>Respond with an earlier answer to the same request, and keep answers for that.</summary>
internal sealed class ReplayedResult(byte[] kept) : IResult
{
    public const string Header = "Idempotency-Replayed";

    /// <summary>An answer as it is kept: compressed JSON.</summary>
    public static async Task<byte[]> KeepAsync(ExecuteResponse answer)
    {
        using var compressed = new MemoryStream();
        await using (var compressor = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var pipe = PipeWriter.Create(compressor, new StreamPipeWriterOptions(leaveOpen: true));
            await answer.WriteAsync(pipe, CancellationToken.None);
            await pipe.CompleteAsync();
        }

        return compressed.ToArray();
    }

    public async Task ExecuteAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers[Header] = "true";
        await using var json = new BrotliStream(new MemoryStream(kept), CompressionMode.Decompress);
        await json.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
