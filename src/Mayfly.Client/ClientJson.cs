using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Client;

/// <summary>What goes over the wire, with code made at build time: nothing is reflected on, so nothing is trimmed away.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ExecuteRequest))]
[JsonSerializable(typeof(ExecuteResult))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(JsonElement[]))]
internal sealed partial class ClientJson : JsonSerializerContext;

/// <summary>The part of an error's body that is read (RFC 9457).</summary>
internal sealed record Problem(string? Code, string? Detail);
