using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mayfly.Dispatch;
using Mayfly.Ledger;

namespace Mayfly.Api;

/// <summary>What an execution did, as clients read it: the contract's eight fields, two more where silence would mislead.</summary>
/// <remarks>
/// Written by hand, in pieces: JSON may turn one character into six bytes, and the serializer would want room for the
/// worst case of both streams at once.
/// </remarks>
internal sealed class ExecuteResponse(ExecutionResult result, long microUsd)
{
    private const int PieceLength = 8 * 1024;
    private const int FlushBytes = 64 * 1024;
    private const int FirstBufferBytes = 512;
    private const decimal BytesPerMiB = 1024 * 1024;

    // Programs' output is for people as well: "<" and "é" stay what they are. The type is JSON, and nosniff keeps it so.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What is held in memory until it is written.</summary>
    public long HeldBytes => sizeof(char) * ((long)result.Stdout.Length + result.Stderr.Length);

    /// <summary>Whether its length is known before it is sent: it then goes out in one piece.</summary>
    public bool IsShort => result.Stdout.Length + result.Stderr.Length <= PieceLength;

    /// <summary>The contract's word for how an execution ended; a plain exit has one in the ledger and none in an answer.</summary>
    public static string Outcome(Termination termination) => termination switch
    {
        Termination.Exit => "exit",
        Termination.Signal => "signal",
        Termination.Timeout => "timeout",
        Termination.OutOfMemory => "out_of_memory",
        Termination.Cancelled => "cancelled",
        Termination.Infrastructure => "infrastructure",
        _ => throw new ArgumentOutOfRangeException(nameof(termination), termination, "A termination without a name."),
    };

    /// <summary>Writes the object's fields, for an answer that has others beside them.</summary>
    public static void WriteFailure(Utf8JsonWriter json, string error)
    {
        json.WriteString("stdout", "");
        json.WriteString("stderr", "");
        json.WriteNumber("exitCode", -1);
        json.WriteNumber("executionTimeMs", 0);
        json.WriteNumber("memoryUsageMb", 0);
        json.WriteBoolean("timedOut", false);
        json.WriteString("error", error);
        json.WriteNumber("cost", 0);
        json.WriteString("termination", Outcome(Termination.Infrastructure));
    }

    /// <summary>Writes the whole answer.</summary>
    public async Task WriteAsync(PipeWriter output, CancellationToken cancellation)
    {
        await using var json = new Utf8JsonWriter(output, Readable);
        json.WriteStartObject();
        await WriteTextAsync("stdout", result.Stdout, json, output, cancellation);
        await WriteTextAsync("stderr", result.Stderr, json, output, cancellation);
        WriteRest(json);
        await json.FlushAsync(cancellation);
        await output.FlushAsync(cancellation);
    }

    /// <summary>The whole answer; for one that <see cref="IsShort"/>.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(FirstBufferBytes);
        using var json = new Utf8JsonWriter(buffer, Readable);
        json.WriteStartObject();
        json.WriteString("stdout", result.Stdout);
        json.WriteString("stderr", result.Stderr);
        WriteRest(json);
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void WriteRest(Utf8JsonWriter json)
    {
        json.WriteNumber("exitCode", result.ExitCode);
        json.WriteNumber("executionTimeMs", Math.Round((decimal)result.WallTime.TotalMilliseconds, 2));
        json.WriteNumber("memoryUsageMb", Math.Round(result.PeakMemoryBytes / BytesPerMiB, 2));
        json.WriteBoolean("timedOut", result.Termination == Termination.Timeout);
        json.WriteNull("error");
        json.WriteNumber("cost", Money.ToUsd(microUsd));
        if (result.StdoutTruncated || result.StderrTruncated) WriteTruncated(json);
        if (result.Termination != Termination.Exit) json.WriteString("termination", Outcome(result.Termination));
        json.WriteEndObject();
    }

    private static async ValueTask WriteTextAsync(string name, string text, Utf8JsonWriter json, PipeWriter output, CancellationToken cancellation)
    {
        json.WritePropertyName(name);
        if (text.Length <= PieceLength)
        {
            json.WriteStringValue(text);
            return;
        }

        for (var at = 0; at < text.Length; at += PieceLength)
        {
            var length = Math.Min(PieceLength, text.Length - at);
            json.WriteStringValueSegment(text.AsSpan(at, length), isFinalSegment: at + length == text.Length);
            if (json.BytesPending + output.UnflushedBytes < FlushBytes) continue;
            json.Flush();
            await output.FlushAsync(cancellation);
        }
    }

    private void WriteTruncated(Utf8JsonWriter json)
    {
        json.WriteStartObject("truncated");
        if (result.StdoutTruncated) json.WriteBoolean("stdout", true);
        if (result.StderrTruncated) json.WriteBoolean("stderr", true);
        json.WriteEndObject();
    }
}
