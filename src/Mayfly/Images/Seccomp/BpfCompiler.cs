namespace Mayfly.Images.Seccomp;

/// <summary>Turns a policy into a seccomp filter.</summary>
/// <remarks>
/// The filter, in the order in which it runs: is it this architecture, is it this ABI, then a balanced search for the range of
/// numbers that the call falls into, then the rules of that range.
/// </remarks>
internal static class BpfCompiler
{
    /// <summary>The kernel takes no longer program (BPF_MAXINSNS).</summary>
    internal const int MaxInstructions = 4096;

    // Offsets in struct seccomp_data (linux/seccomp.h); both architectures are little-endian, so an argument's low half comes first.
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private static uint LowOffset(int argument) => 16 + 8 * (uint)argument;
    private static uint HighOffset(int argument) => LowOffset(argument) + 4;

    internal static IReadOnlyList<BpfInstruction> Compile(SeccompPolicy policy, SyscallTable table)
    {
        var assembler = new BpfAssembler();
        var decide = Search(assembler, Ranges(policy, table));
        var foreign = assembler.Return(policy.Foreign.ReturnValue);
        if (table.FirstForeignNumber is { } first) decide = assembler.JumpIfAtLeast(first, foreign, decide);
        decide = assembler.Load(NumberOffset, decide);
        decide = assembler.JumpIfEqual(table.AuditArchitecture, decide, foreign);
        var program = assembler.Program(assembler.Load(ArchitectureOffset, decide));

        if (program.Count > MaxInstructions)
            throw new SeccompPolicyException($"The filter for {table.Architecture} has {program.Count} instructions; the kernel takes {MaxInstructions}. Merge entries or drop conditions.");
        return program;
    }

    /// <summary>Consecutive numbers from <paramref name="First"/> on that are decided alike.</summary>
    private sealed record Range(uint First, IReadOnlyList<Rule> Rules);

    /// <summary>All numbers from 0 on, cut into as few ranges as can be.</summary>
    private static List<Range> Ranges(SeccompPolicy policy, SyscallTable table)
    {
        var ranges = new List<Range>();
        var rules = policy.RulesFor(table);
        IReadOnlyList<Rule> unknown = [new([], policy.Unknown)];
        for (uint number = 0; number <= rules.Keys.Max() + 1; number++)
        {
            var decision = rules.TryGetValue((int)number, out var known) ? Complete(known, policy) : unknown;
            if (ranges.Count == 0 || !Alike(ranges[^1].Rules, decision)) ranges.Add(new(number, decision));
        }
        return ranges;
    }

    /// <summary>The rules with a last one that always decides.</summary>
    private static IReadOnlyList<Rule> Complete(IReadOnlyList<Rule> rules, SeccompPolicy policy) =>
        rules.Count > 0 && rules[^1].Conditions.Count == 0 ? rules : [.. rules, new Rule([], policy.Unmatched)];

    private static bool Alike(IReadOnlyList<Rule> some, IReadOnlyList<Rule> others) =>
        some.Count == others.Count
        && some.Zip(others).All(pair => pair.First.Verdict == pair.Second.Verdict && pair.First.Conditions.SequenceEqual(pair.Second.Conditions));

    private static BpfAssembler.Place Search(BpfAssembler assembler, List<Range> ranges)
    {
        return Between(0, ranges.Count - 1);

        BpfAssembler.Place Between(int first, int last)
        {
            if (first == last) return Decide(assembler, ranges[first].Rules);
            var middle = (first + last + 1) / 2;
            var upper = Between(middle, last);
            var lower = Between(first, middle - 1);
            return assembler.JumpIfAtLeast(ranges[middle].First, upper, lower);
        }
    }

    private static BpfAssembler.Place Decide(BpfAssembler assembler, IReadOnlyList<Rule> rules)
    {
        var next = assembler.Return(rules[^1].Verdict.ReturnValue);
        foreach (var rule in rules.SkipLast(1).Reverse())
        {
            var otherwise = next;
            next = assembler.Return(rule.Verdict.ReturnValue);
            foreach (var condition in rule.Conditions.Reverse()) next = Test(assembler, condition, next, otherwise);
        }
        return next;
    }

    /// <summary>BPF compares 32 bits: first the upper half, where it counts, then the lower half of the values that begin so.</summary>
    private static BpfAssembler.Place Test(BpfAssembler assembler, Condition condition, BpfAssembler.Place yes, BpfAssembler.Place no)
    {
        var highMask = (uint)(condition.Mask >> 32);
        if (highMask == 0) return OneOf(assembler, LowOffset(condition.Argument), (uint)condition.Mask, [.. condition.Values.Select(value => ((uint)value, yes))], no);

        var byHighHalf = condition.Values.GroupBy(value => (uint)(value >> 32)).Select(group =>
            (group.Key, OneOf(assembler, LowOffset(condition.Argument), (uint)condition.Mask, [.. group.Select(value => ((uint)value, yes))], no)));
        return OneOf(assembler, HighOffset(condition.Argument), highMask, [.. byHighHalf], no);
    }

    private static BpfAssembler.Place OneOf(BpfAssembler assembler, uint offset, uint mask, (uint Value, BpfAssembler.Place Then)[] cases, BpfAssembler.Place otherwise)
    {
        // Nothing of this half counts, and no value has bits there.
        if (mask == 0) return cases[0].Then;

        var next = otherwise;
        foreach (var (value, then) in cases.Reverse()) next = assembler.JumpIfEqual(value, then, next);
        if (mask != uint.MaxValue) next = assembler.And(mask, next);
        return assembler.Load(offset, next);
    }
}
