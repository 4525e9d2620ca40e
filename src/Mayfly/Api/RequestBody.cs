using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Mayfly.Admission;
using Microsoft.Net.Http.Headers;

namespace Mayfly.Api;

/// <summary>A request's whole body, bounded, in a borrowed buffer, which goes back cleared.</summary>
internal sealed class RequestBody : IDisposable
{
    // What a body is given before it says how long it is.
    private const int FirstBytes = 16 * 1024;

    private readonly HeldMemory _memory;
    private byte[] _buffer = [];
    private int _length;

    private RequestBody(HeldMemory memory) => _memory = memory;

    /// <summary>Why it could not be read; null: it was.</summary>
    public Problem? Problem { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>SHA-256 of it: what makes a repeated request the same request.</summary>
    public byte[] Hash() => SHA256.HashData(Bytes);

    /// <summary>Reads a body that must be plain JSON.</summary>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, int limit, HeldMemory memory)
    {
        var body = new RequestBody(memory);
        try
        {
            body.Problem = FirstProblem(request, limit) ?? await body.FillAsync(request, limit);
            return body;
        }
        catch
        {
            // The client is gone, and nobody else knows of the buffer yet.
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _memory.Release(_buffer.Length);
        _buffer.AsSpan(0, _length).Clear();
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _length) = ([], 0);
    }

    // What the header says already. Asked before the first read: "100 Continue" is sent by reading.
    private static Problem? FirstProblem(HttpRequest request, int limit)
    {
        var chunked = request.Headers.TransferEncoding.Count > 0;
        if (request.ContentLength is null && !chunked) return Problems.Of(ProblemCode.LengthRequired, "Send Content-Length, or the body in chunks.");
        if (request.ContentLength > limit) return TooLarge(limit);
        if (request.Headers.ContentEncoding.Count > 0) return Problems.Of(ProblemCode.UnsupportedMediaType, "Content-Encoding is not supported; send the JSON as it is.");
        if (!IsJson(request.Headers.ContentType)) return Problems.Of(ProblemCode.UnsupportedMediaType, "Send \"Content-Type: application/json\"; JSON is UTF-8, so no other charset.");
        return null;
    }

    private static bool IsJson(Microsoft.Extensions.Primitives.StringValues values) =>
        values.Count == 1
        && MediaTypeHeaderValue.TryParse(values[0], out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static Problem TooLarge(int limit) =>
        Problems.Of(ProblemCode.BodyTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than {limit} bytes.")) with { Closes = true };

    private async Task<Problem?> FillAsync(HttpRequest request, int limit)
    {
        if (!Grow((int)(request.ContentLength ?? FirstBytes))) return Full();
        try
        {
            while (await request.Body.ReadAsync(_buffer.AsMemory(_length), request.HttpContext.RequestAborted) is var count and > 0)
            {
                _length += count;
                if (_length > limit) return TooLarge(limit);
                if (_length == _buffer.Length && !Grow(_length * 2)) return Full();
            }

            return null;
        }
        catch (BadHttpRequestException bad)
        {
            return Unreadable(bad, limit);
        }
        catch (IOException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's word for a chunk whose size is beyond 64 bits.
            return Malformed();
        }
    }

    private static Problem Malformed() => Problems.Of(ProblemCode.InvalidRequest, "The body ended early, or its chunks are malformed.") with { Closes = true };

    private static Problem Unreadable(BadHttpRequestException bad, int limit) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge(limit),
        StatusCodes.Status408RequestTimeout => Problems.Of(ProblemCode.RequestTimeout, "The body came too slowly.") with { Closes = true },
        _ => Malformed(),
    };

    // The rest of the body is not read: whoever is refused for lack of memory must not take time instead.
    private static Problem Full() => Problems.From(new Refusal(RefusalCause.MemoryFull, TimeSpan.FromSeconds(1))) with { Closes = true };

    private bool Grow(int atLeast)
    {
        // One byte more than asked for, so that the last read finds the end instead of a full buffer.
        var larger = ArrayPool<byte>.Shared.Rent(atLeast + 1);
        if (!_memory.TryHold(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        var (old, length) = (_buffer, _length);
        old.AsSpan(0, length).CopyTo(larger);
        Dispose();
        (_buffer, _length) = (larger, length);
        return true;
    }
}
