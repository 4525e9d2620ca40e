using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Mayfly.Dispatch;

namespace Mayfly.Api;

/// <summary>What a request asks for, read strictly: what two readers could understand differently is refused.</summary>
/// <remarks>
/// The serializer's own reader takes null for a string, the last of two equal keys, and names .NET types in its errors.
/// This one names the field and the rule. Fields that it does not know are ignored, and said to be.
/// </remarks>
internal sealed class ExecuteRequest
{
    // More fields than that are no request of anybody; and what is remembered of them must be bounded.
    private const int MaxFields = 64;

    private static readonly JsonReaderOptions Strict = new() { CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false, MaxDepth = 64 };

    private readonly List<string> _ignored = [];
    private byte[]? _code;
    private string? _language;

    private ExecuteRequest()
    {
    }

    /// <summary>What is wrong with it; null: nothing.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Names of the fields that mean nothing here, in order.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>Only of a request without a problem.</summary>
    public Language Language => Languages.Parse(_language) ?? throw new InvalidOperationException("The request has a problem.");

    /// <summary>The program to run. Only of a request without a problem.</summary>
    public Execution ToExecution() => new() { Code = _code, Language = Language };

    /// <summary>Reads a request's body.</summary>
    public static ExecuteRequest Parse(ReadOnlySpan<byte> body, int maxCodeBytes)
    {
        var request = new ExecuteRequest();
        try
        {
            request.Problem = request.Read(body) ?? request.FirstProblem(maxCodeBytes);
        }
        catch (JsonException malformed)
        {
            request.Problem = Problems.Of(ProblemCode.InvalidJson, Invariant($"The body is not valid JSON (line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1} of it)."));
        }
        catch (LoneSurrogateException lone)
        {
            request.Problem = Problems.Of(ProblemCode.InvalidRequest, Invariant($"The body has half a surrogate pair, such as \\ud800 alone, in the text at byte {lone.Position + 1}. Write both halves, or the character itself."));
        }

        return request;
    }

    private Problem? Read(ReadOnlySpan<byte> body)
    {
        body = WithoutByteOrderMark(body);
        if (body.IsEmpty) return Problems.Of(ProblemCode.InvalidJson, "The body is empty; it must be a JSON object with \"code\" and \"language\".");
        if (!Utf8.IsValid(body)) return Problems.Of(ProblemCode.InvalidJson, "The body is not valid UTF-8.");

        var reader = new Utf8JsonReader(body, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Problems.Of(ProblemCode.InvalidRequest, $"The body must be a JSON object with \"code\" and \"language\"; it is {Describe(reader.TokenType)}.");
        }

        // The whole text is read even after a problem: malformed JSON is the more basic one.
        Problem? problem = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Text(ref reader);
            var found = seen.Count == MaxFields ? Problems.Of(ProblemCode.InvalidRequest, $"The body has more than {MaxFields} fields.")
                : !seen.Add(name) ? Problems.Of(ProblemCode.InvalidRequest, $"The field \"{Shown(name)}\" is there twice, or twice in different case.")
                : null;
            reader.Read();
            if (found is null) found = ReadField(name, ref reader);
            else PassOver(ref reader);
            problem ??= found;
        }

        // Refuses what follows the object.
        reader.Read();
        return problem;
    }

    private Problem? ReadField(string name, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "code" when reader.TokenType == JsonTokenType.String:
                _code = Bytes(ref reader);
                return null;
            case "language" when reader.TokenType == JsonTokenType.String:
                _language = Text(ref reader);
                return null;
        }

        var type = reader.TokenType;
        PassOver(ref reader);
        foreach (var known in (ReadOnlySpan<string>)["code", "language"])
        {
            if (name == known) return Problems.Of(ProblemCode.InvalidRequest, $"\"{known}\" must be a string; it is {Describe(type)}.");
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase)) return Problems.Of(ProblemCode.InvalidRequest, $"\"{Shown(name)}\" must be written \"{known}\".");
        }

        _ignored.Add(name);
        return null;
    }

    private Problem? FirstProblem(int maxCodeBytes)
    {
        if (_code is null) return Problems.Of(ProblemCode.CodeRequired, "\"code\" is missing; it is the program to run.");
        if (IsBlank(_code)) return Problems.Of(ProblemCode.CodeRequired, "\"code\" is empty or blank; it is the program to run.");
        if (_code.Length > maxCodeBytes) return Problems.Of(ProblemCode.CodeTooLarge, Invariant($"\"code\" has {_code.Length} bytes of UTF-8; the limit is {maxCodeBytes}."));
        if (_language is null) return Problems.Of(ProblemCode.InvalidRequest, $"\"language\" is missing; it must be {Languages.Choice}.");
        if (Languages.Parse(_language) is null) return Problems.Of(ProblemCode.UnsupportedLanguage, $"\"language\" is \"{Shown(_language)}\"; it must be {Languages.Choice}.");
        return null;
    }

    // A value that means nothing here must still be well-formed.
    private static void PassOver(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) Bytes(ref reader);
        }
        while ((reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray || reader.CurrentDepth > depth) && reader.Read());
    }

    private static string Text(ref Utf8JsonReader reader) => Encoding.UTF8.GetString(Bytes(ref reader));

    /// <summary>A string's UTF-8, unescaped.</summary>
    private static byte[] Bytes(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan.ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            return buffer.AsSpan(0, reader.CopyString(buffer)).ToArray();
        }
        catch (InvalidOperationException)
        {
            // The only thing that can be wrong with a string of valid UTF-8 that the reader has accepted.
            throw new LoneSurrogateException(reader.TokenStartIndex);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;

    private static bool IsBlank(ReadOnlySpan<byte> code)
    {
        while (!code.IsEmpty)
        {
            Rune.DecodeFromUtf8(code, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune)) return false;
            code = code[length..];
        }

        return true;
    }

    // What a client sent comes back to it in an error text: short, and without control characters.
    private static string Shown(string text)
    {
        const int Enough = 40;
        var shown = text.Length <= Enough ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Enough - 1]) ? Enough - 1 : Enough), "…");
        return string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed class LoneSurrogateException(long position) : Exception
    {
        public long Position { get; } = position;
    }
}

/// <summary>The names of languages at the API.</summary>
internal static class Languages
{
    /// <summary>What an error text offers.</summary>
    public const string Choice = "\"python\" or \"javascript\"";

    public static Language? Parse(string? name) => name switch
    {
        "python" => Language.Python,
        "javascript" => Language.JavaScript,
        _ => null,
    };

    public static string Name(Language language) => language switch
    {
        Language.Python => "python",
        Language.JavaScript => "javascript",
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "A language without a name at the API."),
    };
}
