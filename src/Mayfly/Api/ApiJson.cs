using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Api;

/// <summary>JSON of everything but executions and problems, generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LimitsAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(UsageRowsAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(RuntimesAnswer))]
[JsonSerializable(typeof(KeyAnswer))]
[JsonSerializable(typeof(KeysAnswer))]
[JsonSerializable(typeof(AccountAnswer))]
[JsonSerializable(typeof(AccountsAnswer))]
[JsonSerializable(typeof(PriceAnswer))]
[JsonSerializable(typeof(PricesAnswer))]
[JsonSerializable(typeof(AuditAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context that leaves "é" what it is.</summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
