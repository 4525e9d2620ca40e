using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Images.Seccomp;

/// <summary>Reads cell/jail/seccomp.json. Strict: an unknown or repeated field, an unused constant, a condition that cannot hold are errors,
/// because each of them means that the reviewer and the filter understand the file differently.</summary>
internal static class SeccompPolicyReader
{
    internal static SeccompPolicy Read(string path)
    {
        PolicyFile file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), PolicyJson.Default.PolicyFile)
                ?? throw new SeccompPolicyException($"{path}: null; expected an object.");
        }
        catch (JsonException error)
        {
            throw new SeccompPolicyException($"{path}: {error.Message}", error);
        }
        try
        {
            return new Resolver(path, file).Resolve();
        }
        catch (InvalidOperationException error)
        {
            // Texts are read where they are used: bytes that are no UTF-8, or half a surrogate pair, show only there.
            throw new SeccompPolicyException($"{path}: a text in it is no Unicode: {error.Message}", error);
        }
    }

    private sealed class Resolver(string path, PolicyFile file)
    {
        private readonly Dictionary<string, ulong> constants = file.Constants.ToDictionary(pair => pair.Key, pair => Number(pair.Value, $"{path}: constant {pair.Key}"));
        private readonly HashSet<string> used = [];

        internal SeccompPolicy Resolve()
        {
            RequireReason(file.About, $"{path}: \"about\"");
            RequireReason(file.Source, $"{path}: \"source\"");
            var policy = new SeccompPolicy(
                Answer(file.Unmatched, $"{path}: \"unmatched\""),
                Answer(file.Unknown, $"{path}: \"unknown\""),
                Answer(file.Foreign, $"{path}: \"foreign\""),
                [.. file.Entries.Select((entry, index) => Entry(entry, index))]);
            if (constants.Keys.FirstOrDefault(name => !used.Contains(name)) is { } unused)
                throw new SeccompPolicyException($"{path}: constant {unused} is used by no entry; remove it.");
            return policy;
        }

        private PolicyEntry Entry(EntryShape entry, int index)
        {
            var place = $"{path}: entry {index + 1} ({entry.Syscall ?? entry.Syscalls?.FirstOrDefault()})";
            List<string> syscalls = (entry.Syscall, entry.Syscalls) switch
            {
                ({ } one, null) => [one],
                (null, { Count: > 0 } many) => many,
                _ => throw new SeccompPolicyException($"{place}: needs \"syscall\" or a non-empty \"syscalls\", and not both."),
            };
            if (syscalls.Distinct().Count() != syscalls.Count)
                throw new SeccompPolicyException($"{place}: names a call twice.");
            if (entry.Only is not null && !SyscallTable.Architectures.Contains(entry.Only))
                throw new SeccompPolicyException($"{place}: \"only\" is \"{entry.Only}\"; known are {string.Join(", ", SyscallTable.Architectures)}.");
            RequireReason(entry.Why, $"{place}: \"why\"");
            if (entry.Args is { Count: 0 })
                throw new SeccompPolicyException($"{place}: \"args\" is empty; leave it out to decide always.");
            return new PolicyEntry(syscalls, entry.Only, [.. (entry.Args ?? []).Select(condition => Condition(condition, place))],
                Answer(entry.Action, entry.Errno, place), entry.Why, place);
        }

        private Condition Condition(ConditionShape condition, string place)
        {
            if (condition.Arg is < 0 or > 5)
                throw new SeccompPolicyException($"{place}: \"arg\" is {condition.Arg}; a system call has arguments 0 to 5.");
            var width = condition.As switch
            {
                "int" => uint.MaxValue,
                "long" => ulong.MaxValue,
                _ => throw new SeccompPolicyException($"{place}: \"as\" is \"{condition.As}\"; it is \"int\" where the kernel reads 32 bits and \"long\" where it reads 64."),
            };
            var mask = condition.Mask is { } bits ? Value(bits, place) : width;
            IReadOnlyList<ulong> values = (condition.EqualTo, condition.In) switch
            {
                ({ } one, null) => [Value(one, place)],
                (null, { Count: > 0 } many) => [.. many.Select(value => Value(value, place))],
                _ => throw new SeccompPolicyException($"{place}: a condition needs \"equals\" or a non-empty \"in\", and not both."),
            };
            if ((mask & ~width) != 0)
                throw new SeccompPolicyException($"{place}: mask 0x{mask:x} is wider than an int.");
            if (mask == 0)
                throw new SeccompPolicyException($"{place}: mask 0 looks at nothing.");
            if (values.Any(value => (value & ~mask) != 0))
                throw new SeccompPolicyException($"{place}: a value has bits outside the mask 0x{mask:x}, so it can never be equal.");
            if (values.Distinct().Count() != values.Count)
                throw new SeccompPolicyException($"{place}: a condition names a value twice.");
            return new Condition(condition.Arg, mask, values);
        }

        /// <summary>A number, or names of constants joined by "|".</summary>
        private ulong Value(JsonElement value, string place)
        {
            if (value.ValueKind != JsonValueKind.String || value.GetString()!.StartsWith("0x", StringComparison.Ordinal)) return Number(value, place);
            ulong bits = 0;
            foreach (var name in value.GetString()!.Split('|', StringSplitOptions.TrimEntries))
            {
                if (!constants.TryGetValue(name, out var constant))
                    throw new SeccompPolicyException($"{place}: \"{name}\" is not among the constants.");
                used.Add(name);
                bits |= constant;
            }
            return bits;
        }
    }

    /// <summary>A JSON number, or hexadecimal digits after 0x in a string: JSON has no hexadecimal numbers.</summary>
    internal static ulong Number(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number)) return number;
        if (value.ValueKind == JsonValueKind.String && value.GetString()!.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(value.GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)) return number;
        throw new SeccompPolicyException($"{place}: {value.GetRawText()} is no unsigned 64-bit number (decimal, or \"0x…\").");
    }

    private static Verdict Answer(AnswerShape answer, string place)
    {
        RequireReason(answer.Why, $"{place}: \"why\"");
        return Answer(answer.Action, answer.Errno, place);
    }

    private static Verdict Answer(string? action, string? errno, string place) => (action, errno) switch
    {
        ("allow", null) => Verdict.Allow,
        ("kill_process", null) => Verdict.KillProcess,
        ("pretend", null) => Verdict.Pretend,
        (null, { } name) when Enum.TryParse<Errno>(name, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(name[0]) => Verdict.Refuse(value),
        (null, { } name) => throw new SeccompPolicyException($"{place}: errno \"{name}\" is not known here; known are {string.Join(", ", Enum.GetNames<Errno>())}."),
        _ => throw new SeccompPolicyException($"{place}: needs \"action\" (\"allow\", \"pretend\" or \"kill_process\") or \"errno\", and not both."),
    };

    private static void RequireReason(string reason, string place)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new SeccompPolicyException($"{place} is empty; a decision without a reason cannot be reviewed.");
    }
}

/// <summary>The file as it is written; <see cref="SeccompPolicy"/> is what it means.</summary>
internal sealed record PolicyFile
{
    public required string About { get; init; }
    public required string Source { get; init; }
    public required AnswerShape Unmatched { get; init; }
    public required AnswerShape Unknown { get; init; }
    public required AnswerShape Foreign { get; init; }
    public required Dictionary<string, JsonElement> Constants { get; init; }
    public required List<EntryShape> Entries { get; init; }
}

internal sealed record AnswerShape
{
    public string? Action { get; init; }
    public string? Errno { get; init; }
    public required string Why { get; init; }
}

internal sealed record EntryShape
{
    public string? Syscall { get; init; }
    public List<string>? Syscalls { get; init; }
    public string? Only { get; init; }
    public List<ConditionShape>? Args { get; init; }
    public string? Action { get; init; }
    public string? Errno { get; init; }
    public required string Why { get; init; }
}

internal sealed record ConditionShape
{
    public required int Arg { get; init; }
    public required string As { get; init; }
    public JsonElement? Mask { get; init; }
    [JsonPropertyName("equals")]
    public JsonElement? EqualTo { get; init; }
    public List<JsonElement>? In { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PolicyFile))]
[JsonSerializable(typeof(SyscallTableFile))]
internal sealed partial class PolicyJson : JsonSerializerContext;
