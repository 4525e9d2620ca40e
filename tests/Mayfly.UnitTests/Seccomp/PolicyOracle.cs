using System.Globalization;
using System.Text.Json;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>Answers for a call by reading the JSON as a reviewer would: entry after entry, no compiler and none of its classes.</summary>
/// <remarks>Written a second time on purpose: a mistake in the reader or in the resolved policy must not be made here too.</remarks>
internal sealed class PolicyOracle
{
    private const uint KillProcess = 0x80000000;
    private const uint Allow = 0x7fff0000;
    private static readonly Dictionary<string, uint> Errors = new() { ["EPERM"] = 1, ["ENOMEM"] = 12, ["EINVAL"] = 22, ["ENOTTY"] = 25, ["ENOSYS"] = 38, ["EOPNOTSUPP"] = 95 };

    private readonly JsonElement policy;
    private readonly string architecture;
    private readonly uint audit;
    private readonly Dictionary<uint, string> names;

    internal PolicyOracle(string architecture)
    {
        this.architecture = architecture;
        policy = JsonDocument.Parse(File.ReadAllBytes(PolicyFiles.Policy)).RootElement;
        var table = JsonDocument.Parse(File.ReadAllBytes(PolicyFiles.Table)).RootElement.GetProperty("architectures").GetProperty(architecture);
        audit = (uint)Number(table.GetProperty("auditArch"));
        names = table.GetProperty("syscalls").EnumerateObject().ToDictionary(call => call.Value.GetUInt32(), call => call.Name);
    }

    internal uint AuditArchitecture => audit;

    internal IReadOnlyDictionary<uint, string> Names => names;

    internal uint Decide(SeccompData data)
    {
        if (data.Architecture != audit || (architecture == "x86_64" && data.Number >= 0x40000000)) return Answer(policy.GetProperty("foreign"));
        if (!names.TryGetValue(data.Number, out var name)) return Answer(policy.GetProperty("unknown"));
        foreach (var entry in EntriesFor(name))
            if (Conditions(entry).All(condition => Holds(condition, data.Arguments))) return Answer(entry);
        return Answer(policy.GetProperty("unmatched"));
    }

    internal IEnumerable<JsonElement> Entries => policy.GetProperty("entries").EnumerateArray();

    internal IEnumerable<JsonElement> EntriesFor(string syscall) => Entries.Where(entry =>
        (!entry.TryGetProperty("only", out var only) || only.GetString() == architecture)
        && (entry.TryGetProperty("syscall", out var one) ? one.GetString() == syscall
            : entry.GetProperty("syscalls").EnumerateArray().Any(of => of.GetString() == syscall)));

    internal static IEnumerable<JsonElement> Conditions(JsonElement entry) => entry.TryGetProperty("args", out var conditions) ? conditions.EnumerateArray() : [];

    /// <summary>Values at and around everything that an entry compares this argument with.</summary>
    internal IReadOnlyList<ulong> Interesting(string syscall, int argument)
    {
        SortedSet<ulong> values = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x1_0000_0000, ulong.MaxValue];
        foreach (var condition in EntriesFor(syscall).SelectMany(Conditions).Where(condition => condition.GetProperty("arg").GetInt32() == argument))
        {
            foreach (var value in Values(condition))
            {
                values.UnionWith([value, value - 1, value + 1, ~value, value | 0x1_0000_0000, value | 0xffffffff_00000000, value | 0x8000_0000]);
                // Each bit of a mask alone, and each bit just outside.
                if (condition.TryGetProperty("mask", out var mask))
                    for (var bit = 0; bit < 64; bit++) values.UnionWith([value ^ (1ul << bit), (value | ~Number(mask)) ^ (1ul << bit)]);
            }
        }
        return [.. values];
    }

    /// <summary>The values themselves.</summary>
    internal IReadOnlyList<ulong> Compared(string syscall, int argument) =>
        [.. EntriesFor(syscall).SelectMany(Conditions).Where(condition => condition.GetProperty("arg").GetInt32() == argument).SelectMany(Values).Distinct()];

    private bool Holds(JsonElement condition, ulong[] arguments)
    {
        var argument = arguments[condition.GetProperty("arg").GetInt32()];
        if (condition.GetProperty("as").GetString() == "int") argument = (uint)argument;
        if (condition.TryGetProperty("mask", out var mask)) argument &= Number(mask);
        return Values(condition).Contains(argument);
    }

    private IEnumerable<ulong> Values(JsonElement condition) =>
        condition.TryGetProperty("in", out var several) ? several.EnumerateArray().Select(Number) : [Number(condition.GetProperty("equals"))];

    private ulong Number(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number) return value.GetUInt64();
        var text = value.GetString()!;
        if (text.StartsWith("0x", StringComparison.Ordinal)) return ulong.Parse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return text.Split('|').Aggregate(0ul, (bits, name) => bits | Number(policy.GetProperty("constants").GetProperty(name)));
    }

    private static uint Answer(JsonElement decision) =>
        decision.TryGetProperty("errno", out var errno) ? 0x00050000 | Errors[errno.GetString()!]
        : decision.GetProperty("action").GetString() switch { "allow" => Allow, "kill_process" => KillProcess, "pretend" => 0x00050000, var other => throw new InvalidDataException(other) };
}

internal static class PolicyFiles
{
    internal static string Policy { get; } = Path.Combine(AppContext.BaseDirectory, "cell/jail/seccomp.json");

    internal static string Table { get; } = Path.Combine(AppContext.BaseDirectory, "cell/jail/syscalls.json");
}
