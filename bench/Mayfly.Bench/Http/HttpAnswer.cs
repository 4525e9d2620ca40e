using System.Buffers.Text;
using System.Globalization;

namespace Mayfly.Bench.Http;

/// <summary>The bytes of an answer, taken apart: as much of HTTP/1.1 as the servers measured here speak.</summary>
internal static class HttpAnswer
{
    private static ReadOnlySpan<byte> HeaderEnd => "\r\n\r\n"u8;

    /// <summary>Whether a whole answer is there. A body in chunks is put together in place.</summary>
    /// <param name="received">From the answer's first byte on.</param>
    /// <param name="parts">Where its parts are.</param>
    /// <exception cref="InvalidDataException">It is no answer that this client understands.</exception>
    public static bool TryParse(Span<byte> received, out HttpParts parts)
    {
        parts = default;
        var end = received.IndexOf(HeaderEnd);
        if (end < 0)
        {
            return false;
        }

        var header = received[..end];
        var body = end + HeaderEnd.Length;
        var status = Status(header);
        if (Field(header, "Content-Length: "u8, out var text))
        {
            var length = int.Parse(text, CultureInfo.InvariantCulture);
            parts = new HttpParts(status, end, body, length, body + length);
            return received.Length >= parts.Total;
        }

        if (!Field(header, "Transfer-Encoding: "u8, out text) || !text.SequenceEqual("chunked"u8))
        {
            throw new InvalidDataException($"HTTP {status} with neither Content-Length nor chunks");
        }

        return TryReadChunks(received, body, out var joined, out var total) && Assign(out parts, new HttpParts(status, end, body, joined, total));
    }

    private static bool Assign(out HttpParts parts, HttpParts value)
    {
        parts = value;
        return true;
    }

    // First whether the last chunk is there, then their joining: half-joined chunks could not be read again.
    private static bool TryReadChunks(Span<byte> received, int body, out int joined, out int total)
    {
        joined = total = 0;
        List<(int Start, int Length)> chunks = [];
        for (var at = body; ;)
        {
            var line = received[at..].IndexOf("\r\n"u8);
            if (line < 0)
            {
                return false;
            }

            if (!Utf8Parser.TryParse(received.Slice(at, line), out int length, out var used, 'x') || used != line)
            {
                throw new InvalidDataException("a chunk without a length");
            }

            var start = at + line + 2;
            at = start + length + 2;
            if (received.Length < at)
            {
                return false;
            }

            if (length > 0)
            {
                chunks.Add((start, length));
                continue;
            }

            total = at;
            break;
        }

        foreach (var (start, length) in chunks)
        {
            received.Slice(start, length).CopyTo(received[(body + joined)..]);
            joined += length;
        }

        return true;
    }

    private static int Status(ReadOnlySpan<byte> header) =>
        header.StartsWith("HTTP/1.1 "u8) && header.Length >= 12 && Utf8Parser.TryParse(header.Slice(9, 3), out int status, out var used) && used == 3
            ? status
            : throw new InvalidDataException("an answer that does not begin as HTTP/1.1 does");

    private static bool Field(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        var at = header.IndexOf(name);
        if (at < 0)
        {
            return false;
        }

        value = header[(at + name.Length)..];
        var end = value.IndexOf("\r\n"u8);
        value = end < 0 ? value : value[..end];
        return true;
    }
}

/// <summary>Where the parts of an answer are in its bytes.</summary>
internal readonly record struct HttpParts(int Status, int HeaderEnd, int Body, int BodyLength, int Total);
