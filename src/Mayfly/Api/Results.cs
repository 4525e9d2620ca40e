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

        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, problem, RequestId.Of(http), ExecuteEndpoint.IsFor(http));
        response.ContentLength = buffer.WrittenCount;
        await response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
        if (problem.Closes) await LingerAsync(http);
    }

    // A socket that is closed with unread bytes in it sends a reset, which can overtake the answer.
    private static async Task LingerAsync(HttpContext http)
    {
        await http.Response.CompleteAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await http.Request.Body.ReadAsync(scratch, patience.Token) > 0)
            {
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException)
        {
            // Enough of it, or the client closed first.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    internal static void Write(IBufferWriter<byte> output, Problem problem, string requestId, bool ofExecution)
    {
        var (_, code, title) = Problems.Kind(problem.Code);
        using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        json.WriteString("type", $"urn:mayfly:problem:{code}");
        json.WriteString("title", title);
        json.WriteNumber("status", problem.Status);
        json.WriteString("detail", problem.Detail);
        json.WriteString("instance", $"urn:mayfly:request:{requestId}");
        json.WriteString("code", code);
        json.WriteString("requestId", requestId);

        // Who asked for a result and knows nothing of problems finds the result's fields.
        if (problem.Code == ProblemCode.InfrastructureFailure && ofExecution) ExecuteResponse.WriteFailure(json, problem.Detail);
        else json.WriteString("error", problem.Detail);
        json.WriteEndObject();
    }

    // At least one: "0" would be an invitation to hammer.
    private static string WholeSeconds(TimeSpan time) =>
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
            await WriteAsync(http.Response, http.RequestAborted);
            step.Done(Step.Respond);
        }
        finally
        {
            memory.Release(answer.HeldBytes);
        }
    }

    // Most answers are short. With its length in front, one needs no end of its own: one packet, where chunks would be two.
    private async Task WriteAsync(HttpResponse response, CancellationToken hangUp)
    {
        if (!answer.IsShort)
        {
            await answer.WriteAsync(response.BodyWriter, hangUp);
            return;
        }

        var json = answer.ToJson();
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, hangUp);
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
