using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Images.Seccomp;

/// <summary>
/// Reads the list of what nobody in a cell may ask for, in the form that runc takes (cell-seccomp.json): a container cell's runtime compiles
/// it there, a guest has none.
/// </summary>
internal static class CellPolicyReader
{
    /// <summary>The policy: what is not listed is allowed, another architecture's numbers kill.</summary>
    /// <exception cref="SeccompPolicyException">A line has a form that is not known here, or names nothing.</exception>
    internal static SeccompPolicy Read(string path, SyscallTable table)
    {
        List<CellRule> rules;
        try
        {
            rules = JsonSerializer.Deserialize(File.ReadAllBytes(path), CellPolicyJson.Default.ListCellRule)
                ?? throw new SeccompPolicyException($"{path}: null; expected an array.");
        }
        catch (JsonException error)
        {
            throw new SeccompPolicyException($"{path}: {error.Message}", error);
        }

        return new SeccompPolicy(Verdict.Allow, Verdict.Allow, Verdict.KillProcess, [.. rules.Index().SelectMany(rule => Entries(rule.Item, $"{path}: line {rule.Index + 1}", table))]);
    }

    // Names that the architecture lacks (create_module, vm86) are left out: there is nothing to deny.
    private static IEnumerable<PolicyEntry> Entries(CellRule rule, string place, SyscallTable table)
    {
        string[] names = [.. rule.Names.Where(table.Numbers.ContainsKey)];
        if (names.Length == 0)
        {
            yield break;
        }

        var verdict = Enum.TryParse<Errno>(rule.Errno, out var errno) ? Verdict.Refuse(errno) : throw new SeccompPolicyException($"{place}: errno {rule.Errno} is not known here.");
        var arguments = rule.Args ?? [];

        // "Not this value" is said by two entries, as the first that holds decides: this value is allowed, then any is refused.
        if (arguments.Where(argument => argument.Op == "SCMP_CMP_NE").ToList() is { Count: > 0 } unequal)
        {
            yield return new PolicyEntry(names, null, [.. arguments.Select(argument => ConditionOf(argument with { Op = argument.Op == "SCMP_CMP_NE" ? "SCMP_CMP_EQ" : argument.Op }, place))], Verdict.Allow, rule.Why, place);
            arguments = [.. arguments.Except(unequal)];
        }

        yield return new PolicyEntry(names, null, [.. arguments.Select(argument => ConditionOf(argument, place))], verdict, rule.Why, place);
    }

    // The kernel takes these arguments as ints: their upper half does not count (CVE-2019-10063).
    private static Condition ConditionOf(CellArgument argument, string place) => argument.Op switch
    {
        "SCMP_CMP_EQ" => new Condition(argument.Index, uint.MaxValue, [argument.Value]),
        "SCMP_CMP_MASKED_EQ" => new Condition(argument.Index, argument.Value, [argument.ValueTwo ?? 0]),
        var op => throw new SeccompPolicyException($"{place}: {op} is not known here. Add it to CellPolicyReader."),
    };
}

/// <summary>One line of the file.</summary>
internal sealed record CellRule(
    [property: JsonRequired] IReadOnlyList<string> Names,
    [property: JsonRequired] string Errno,
    [property: JsonRequired] string Why,
    IReadOnlyList<CellArgument>? Args = null);

internal sealed record CellArgument(int Index, ulong Value, string Op, ulong? ValueTwo = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<CellRule>))]
internal sealed partial class CellPolicyJson : JsonSerializerContext;
