using CsCheck;
using Mayfly.Images.Seccomp;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>The compiler on policies that nobody would write.</summary>
public sealed class CompilerTests
{
    // Few values near the edges of words, so that masks, halves and entries meet often.
    private static readonly Gen<ulong> Word = Gen.OneOf(
        Gen.ULong[0, 4], Among(0xfffffffful, 0x80000000ul, 0x1_0000_0000ul, 0x1_0000_0001ul, 0xffffffff_00000000ul, ulong.MaxValue), Gen.ULong);

    private static readonly Gen<Condition> AnyCondition =
        from argument in Gen.Int[0, 5]
        from mask in Gen.OneOf(Gen.Const(ulong.MaxValue), Gen.Const(0xfffffffful), Word.Where(bits => bits != 0))
        from values in Word.Select(value => value & mask).Array[1, 5]
        select new Condition(argument, mask, [.. values.Distinct()]);

    private static readonly Gen<Verdict> AnyVerdict = Among(Verdict.Allow, Verdict.KillProcess, Verdict.Refuse(Errno.EPERM), Verdict.Refuse(Errno.ENOSYS));

    private static readonly Gen<(SeccompPolicy Policy, SyscallTable Table)> AnyPolicy =
        from numbers in Gen.Int[0, 400].Array[1, 150].Select(all => all.Distinct().ToArray())
        from x32 in Gen.Bool
        from rules in Gen.Select(AnyCondition.Array[0, 3], AnyVerdict).Array[0, 2].Array[numbers.Length]
        let table = new SyscallTable("any", 0xc000003e, x32 ? 0x40000000 : null, numbers.ToDictionary(number => $"call{number}", number => number))
        let entries = numbers.Zip(rules).SelectMany(pair => UpToTheFirstThatAlwaysDecides(pair.Second).Select(rule =>
            new PolicyEntry([$"call{pair.First}"], null, rule.Item1, rule.Item2, "because", "here")))
        select (new SeccompPolicy(Verdict.Refuse(Errno.EPERM), Verdict.Refuse(Errno.ENOSYS), Verdict.KillProcess, [.. entries]), table);

    [Fact]
    public void Filter_decides_as_the_policy_read_from_top_to_bottom()
    {
        Gen.Select(AnyPolicy, Gen.Int[0, int.MaxValue]).Sample((given, seed) =>
        {
            var (policy, table) = given;
            var filter = new BpfInterpreter(BpfCompiler.Compile(policy, table));
            var random = new Random(seed);
            foreach (var number in table.Numbers.Values.SelectMany(number => new[] { number - 1, number, number + 1 }).Append(-1).Append(0x40000000))
            {
                for (var i = 0; i < 3; i++)
                {
                    var data = new SeccompData(table.AuditArchitecture, (uint)number, ArgumentsNear(policy, random));
                    var (expected, actual) = (Decide(policy, table, data), filter.Run(data));
                    if (expected != actual) Assert.Fail($"{data}: {new Verdict(expected)} expected, {new Verdict(actual)} from the filter");
                }
            }
            return true;
        }, iter: 300);
    }

    [Fact]
    public void Program_too_far_for_a_branch_gets_way_points()
    {
        var table = new SyscallTable("any", 1, null, Enumerable.Range(0, 400).ToDictionary(number => $"call{number}", number => number));
        var policy = new SeccompPolicy(Verdict.Refuse(Errno.EPERM), Verdict.Refuse(Errno.ENOSYS), Verdict.KillProcess,
            [.. table.Numbers.Select(call => new PolicyEntry([call.Key], null, [new Condition(call.Value % 6, ulong.MaxValue, [(ulong)call.Value << 20])], Verdict.Allow, "because", "here"))]);

        var program = BpfCompiler.Compile(policy, table);
        var filter = new BpfInterpreter(program);

        Assert.Contains(program, instruction => instruction.Opcode == BpfOpcode.Jump);
        foreach (var number in table.Numbers.Values)
        {
            var arguments = new ulong[6];
            arguments[number % 6] = (ulong)number << 20;
            Assert.Equal(Verdict.Allow.ReturnValue, filter.Run(new(1, (uint)number, arguments)));
            arguments[number % 6]++;
            Assert.Equal(Verdict.Refuse(Errno.EPERM).ReturnValue, filter.Run(new(1, (uint)number, arguments)));
        }
    }

    [Fact]
    public void Program_longer_than_the_kernel_takes_is_refused()
    {
        var table = new SyscallTable("any", 1, null, new Dictionary<string, int> { ["read"] = 0 });
        var policy = new SeccompPolicy(Verdict.Allow, Verdict.Allow, Verdict.Allow,
            [.. Enumerable.Range(0, 2100).Select(value => new PolicyEntry(["read"], null, [new Condition(0, uint.MaxValue, [(ulong)value])], Verdict.KillProcess, "because", "here"))]);

        var error = Assert.Throws<SeccompPolicyException>(() => BpfCompiler.Compile(policy, table));

        Assert.Contains("4096", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_policies_give_equal_bytes()
    {
        Assert.Equal(SeccompCompiler.Compile(PolicyFiles.Policy, "x86_64"), SeccompCompiler.Compile(PolicyFiles.Policy, "x86_64"));
    }

    [Fact]
    public void Explanation_names_fields_and_answers()
    {
        BpfInstruction[] program = [new(BpfOpcode.Load, 0, 0, 20), new(BpfOpcode.JumpIfEqual, 0, 1, 7), new(BpfOpcode.Return, 0, 0, 0x7fff0000), new(BpfOpcode.Return, 0, 0, 0x00050001)];

        Assert.Equal(["   0  load argument 0, high half", "   1  if = 7 (0x7) go to 2 else 3", "   2  return allow", "   3  return EPERM"], BpfDisassembler.Explain(program));
    }

    /// <summary>Rules behind one without conditions are an error, as are repeated ones: such policies are PolicyTests' subject.</summary>
    private static IEnumerable<(Condition[], Verdict)> UpToTheFirstThatAlwaysDecides((Condition[] Conditions, Verdict Verdict)[] rules)
    {
        var seen = new List<Condition[]>();
        foreach (var rule in rules)
        {
            if (seen.Exists(earlier => earlier.SequenceEqual(rule.Conditions))) continue;
            seen.Add(rule.Conditions);
            yield return rule;
            if (rule.Conditions.Length == 0) yield break;
        }
    }

    private static ulong[] ArgumentsNear(SeccompPolicy policy, Random random)
    {
        var conditions = policy.Entries.SelectMany(entry => entry.Conditions).ToArray();
        var arguments = new ulong[6];
        for (var i = 0; i < 6; i++)
        {
            var near = conditions.Where(condition => condition.Argument == i).SelectMany(condition => condition.Values.Select(value => (value, condition.Mask))).ToArray();
            if (near.Length == 0) continue;
            var (value, mask) = near[random.Next(near.Length)];
            arguments[i] = random.Next(4) switch { 0 => value, 1 => value | ~mask, 2 => value ^ (1ul << random.Next(64)), _ => (ulong)random.NextInt64() };
        }
        return arguments;
    }

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static uint Decide(SeccompPolicy policy, SyscallTable table, SeccompData data)
    {
        if (data.Architecture != table.AuditArchitecture || data.Number >= table.FirstForeignNumber) return policy.Foreign.ReturnValue;
        if (table.Numbers.FirstOrDefault(call => call.Value == data.Number) is not { Key: { } name }) return policy.Unknown.ReturnValue;
        var entry = policy.Entries.FirstOrDefault(entry => entry.Syscalls.Contains(name)
            && entry.Conditions.All(condition => condition.Values.Contains(data.Arguments[condition.Argument] & condition.Mask)));
        return (entry?.Verdict ?? policy.Unmatched).ReturnValue;
    }
}
