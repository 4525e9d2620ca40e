using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mayfly.ContractTests;

/// <summary>An HTTP answer as it came: status, headers in order, bytes.</summary>
public sealed record Answer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, TimeSpan Took)
{
    // Strict: an answer that is not UTF-8 is a failure here, not a replacement character.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public string Text => StrictUtf8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The service is full, or this key is at its limit: a reason to come back, not a verdict on the request.</summary>
    public bool IsRefusal => Status is 429 or 503 && Header("Retry-After") is not null;

    public TimeSpan RetryAfter =>
        double.TryParse(Header("Retry-After"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0.1, 5)) : TimeSpan.FromSeconds(1);

    public string? Header(string name) => HeaderValues(name) is [.., var last] ? last : null;

    public IReadOnlyList<string> HeaderValues(string name) =>
        [.. Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];

    /// <summary>For the message of a failed assertion: enough to see whose fault it is.</summary>
    public override string ToString()
    {
        var text = Encoding.UTF8.GetString(Body);
        return $"HTTP {Status} {Header("Content-Type")}\n{(text.Length > 2000 ? text[..2000] + $"… ({text.Length} characters)" : text)}";
    }
}
