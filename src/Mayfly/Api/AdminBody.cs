using System.Globalization;
using System.Text.Json;
using Mayfly.Accounts;

namespace Mayfly.Api;

/// <summary>The fields of a request to /v1/admin. Strict: a field that is misspelled is refused and not ignored.</summary>
internal sealed class AdminBody
{
    /// <summary>Fields that make up a key's terms.</summary>
    public static readonly string[] TermFields = ["name", "scopes", "expiresAt", "ratePerMinute", "concurrency", "budgetUsd"];

    private const int MaxBytes = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private readonly Dictionary<string, JsonElement> _fields;

    private AdminBody(Dictionary<string, JsonElement> fields) => _fields = fields;

    /// <exception cref="AdminInputException">It is no JSON object, or too large a one.</exception>
    public static async Task<AdminBody> ReadAsync(HttpContext http)
    {
        // Bounded by hand: these requests are rare and small, and what their sender holds is not worth counting.
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is var count and > 0)
        {
            if (bytes.Length + count > MaxBytes) throw new AdminInputException($"The body is larger than {MaxBytes} bytes.") { Code = ProblemCode.BodyTooLarge };
            bytes.Write(buffer, 0, count);
        }

        try
        {
            using var document = JsonDocument.Parse(bytes.ToArray(), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new AdminInputException("The body must be a JSON object.");
            return new AdminBody(document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.Clone(), StringComparer.Ordinal));
        }
        catch (JsonException)
        {
            throw new AdminInputException("The body is not valid JSON, or names a field twice.") { Code = ProblemCode.InvalidJson };
        }
    }

    /// <summary>Refuses every other field.</summary>
    /// <exception cref="AdminInputException">There is one.</exception>
    public AdminBody Only(params string[] names)
    {
        var stranger = _fields.Keys.FirstOrDefault(name => !names.Contains(name));
        return stranger is null ? this : throw new AdminInputException($"There is a field that is not known here; known are {string.Join(", ", names)}.");
    }

    /// <summary>The terms with the fields that are there: null takes a bound away.</summary>
    /// <exception cref="AdminInputException">A field has the wrong type.</exception>
    public KeyTerms Change(KeyTerms terms) => terms with
    {
        Name = Has("name") ? Text("name") ?? "" : terms.Name,
        Scopes = Has("scopes") ? ScopeNames.Parse(Texts("scopes")) : terms.Scopes,
        ExpiresAt = Has("expiresAt") ? Instant("expiresAt") : terms.ExpiresAt,
        RatePerMinute = Has("ratePerMinute") ? Number("ratePerMinute") : terms.RatePerMinute,
        Concurrency = Has("concurrency") ? Number("concurrency") : terms.Concurrency,
        BudgetMicroUsd = Has("budgetUsd") ? Usd("budgetUsd") : terms.BudgetMicroUsd,
    };

    /// <summary>A text; null: absent or null.</summary>
    public string? Text(string name) => Of(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new AdminInputException($"\"{name}\" must be a string."),
    };

    /// <summary>An instant, RFC 3339; null: absent or null.</summary>
    public DateTimeOffset? Instant(string name) => Text(name) switch
    {
        null => null,
        { } text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) => instant,
        _ => throw new AdminInputException($"\"{name}\" must be an instant such as 2027-01-31T00:00:00Z."),
    };

    /// <summary>Dollars as micro-dollars; null: absent or null.</summary>
    public long? Usd(string name) => Of(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var usd) && Ledger.Money.TryFromUsd(usd) is { } microUsd => microUsd,
        _ => throw new AdminInputException($"\"{name}\" must be a number of dollars, 0 or more, with at most six decimals."),
    };

    private int? Number(string name) => Of(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) => value,
        _ => throw new AdminInputException($"\"{name}\" must be a whole number."),
    };

    private IEnumerable<string> Texts(string name) =>
        Of(name) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? list.EnumerateArray().Select(item => item.GetString()!)
            : throw new AdminInputException($"\"{name}\" must be a list of strings.");

    private bool Has(string name) => _fields.ContainsKey(name);

    private JsonElement? Of(string name) => _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

/// <summary>A request to /v1/admin is not understood; the message is for its sender.</summary>
internal sealed class AdminInputException(string message) : Exception(message)
{
    public ProblemCode Code { get; init; } = ProblemCode.InvalidRequest;
}

/// <summary>Which part of a list is asked for: <c>?after=NUMBER&amp;limit=N</c>.</summary>
internal sealed record Page(long After, int Limit)
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <exception cref="AdminInputException">They are no numbers, or too large.</exception>
    public static Page Of(HttpContext http) => new(
        (long)(Number(http, "after", long.MaxValue) ?? 0),
        (int)(Number(http, "limit", MaxLimit) ?? DefaultLimit));

    /// <summary>What to ask for next; null: that was all.</summary>
    public long? NextOf<T>(IReadOnlyList<T> found, Func<T, long> number) => found.Count > Limit ? number(found[Limit - 1]) : null;

    private static long? Number(HttpContext http, string name, long most) => http.Request.Query[name] switch
    {
        [] => null,
        [{ } text] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most && (value > 0 || name == "after") => value,
        _ => throw new AdminInputException($"\"{name}\" must be a whole number up to {most}."),
    };
}
