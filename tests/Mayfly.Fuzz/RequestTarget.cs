using System.Text;
using System.Text.Json;
using Mayfly.Api;

namespace Mayfly.Fuzz;

/// <summary>The gateway's reader of a request's body.</summary>
/// <remarks>
/// Promises: whatever comes, there is a request or a problem with a stable code; a request is what the framework's own reader makes
/// of the same bytes; a problem's words hold nothing of the program; and what is allocated is bounded by what came.
/// </remarks>
internal static class RequestTarget
{
    private const int MaxCodeBytes = 1000;
    private const int AllocatedPerByte = 64;
    private const int AllocatedOnce = 256 * 1024;

    internal static readonly string[] Words =
    [
        "{", "}", "[", "]", ":", ",", "\"code\"", "\"language\"", "\"python\"", "\"javascript\"", "\"Code\"", "null", "true", "1e999", "\\u0000", "\\ud800", "\\udc00", "\\\"", "\\", "\uFEFF", "é", "😀", "\"c\\u006fde\"", "//", "\n",
    ];

    internal static string Run(byte[] body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = ExecuteRequest.Parse(body, MaxCodeBytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > AllocatedOnce + (AllocatedPerByte * (long)body.Length)) throw new InvalidOperationException($"{body.Length} bytes made the reader allocate {allocated}");
        if (request.Problem is { } problem) return $"{problem.Code}: {Shape(problem.Detail)}";

        using var document = JsonDocument.Parse(WithoutMark(body));
        var execution = request.ToExecution();
        var (code, language) = (document.RootElement.GetProperty("code").GetString()!, document.RootElement.GetProperty("language").GetString());
        if (Encoding.UTF8.GetString(execution.Code.Span) != code) throw new InvalidOperationException("the code is not what the framework reads");
        if (execution.Code.Length > MaxCodeBytes || string.IsNullOrWhiteSpace(code)) throw new InvalidOperationException($"{execution.Code.Length} bytes of code are taken");
        if (!string.Equals(request.Language.ToString(), language, StringComparison.OrdinalIgnoreCase)) throw new InvalidOperationException($"the language is {request.Language}, not {language}");
        return $"request: {request.Language}, {request.Ignored.Count} ignored";
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] body) => body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsMemory(3) : body;

    // Without names and numbers that the sender chose.
    private static string Shape(string text)
    {
        var shape = new StringBuilder();
        foreach (var letter in text.Split('"')[0].Take(60)) shape.Append(char.IsDigit(letter) ? '0' : letter);
        return shape.ToString();
    }
}
