using System.Buffers.Binary;
using System.Text;
using Mayfly.Images.Seccomp;

namespace Mayfly.Fuzz;

/// <summary>The compiler of the jail's filter.</summary>
/// <remarks>
/// Promises: whatever policy comes, there is a filter or a SeccompPolicyException; the kernel would take the filter; and it answers
/// calls at and around everything that the policy names as the policy says, read rule by rule.
/// </remarks>
internal static class SeccompTarget
{
    internal static readonly string[] Words =
    [
        "{", "}", "[", "]", ",", "\"syscall\": \"clone\"", "\"syscalls\": [\"read\", \"write\"]", "\"action\": \"allow\"", "\"action\": \"kill_process\"", "\"errno\": \"EPERM\"", "\"why\": \"x\"", "\"only\": \"x86_64\"",
        "\"args\": [{ \"arg\": 0, \"as\": \"int\", \"equals\": 1 }]", "{ \"arg\": 5, \"as\": \"long\", \"mask\": \"0xff00000000\", \"in\": [0, \"0x100000000\"] }", "\"mask\": \"0xf\"", "\"in\": [1, 2, 3]", "0", "-1", "\"0xffffffffffffffff\"", "18446744073709551615",
    ];

    // Few calls, so that entries meet; the second architecture's first foreign number lies close.
    private static readonly SyscallTable s_table = new("x86_64", 0xc000003e, 0x40000000, new Dictionary<string, int> { ["read"] = 0, ["write"] = 1, ["open"] = 2, ["socket"] = 41, ["clone"] = 56, ["openat"] = 257 });

    // In memory where that is to be had: the reader takes a file.
    private static readonly string s_file = Path.Combine(Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"mayfly-fuzz-{Guid.NewGuid():N}")).FullName, "policy.json");

    internal static string Run(byte[] json)
    {
        File.WriteAllBytes(s_file, json);
        SeccompPolicy policy;
        IReadOnlyList<BpfInstruction> filter;
        try
        {
            policy = SeccompPolicyReader.Read(s_file);
            filter = BpfCompiler.Compile(policy, s_table);
        }
        catch (SeccompPolicyException refused)
        {
            return Shape(refused.Message.Replace(s_file, "", StringComparison.Ordinal));
        }

        Check(filter);
        var rules = policy.RulesFor(s_table);
        var tried = 0;
        foreach (var number in s_table.Numbers.Values.SelectMany(number => new[] { (uint)number, (uint)number + 1 }).Append(0x40000000u).Append(uint.MaxValue))
        {
            foreach (var arguments in Arguments(rules.GetValueOrDefault((int)number, [])).Take(200))
            {
                tried++;
                var (expected, actual) = (Decide(policy, rules, number, arguments), Answer(filter, s_table.AuditArchitecture, number, arguments));
                if (expected != actual) throw new InvalidOperationException($"call {number} ({string.Join(", ", arguments)}): the policy says 0x{expected:x}, the filter 0x{actual:x}");
            }
        }

        if (Answer(filter, 0x40000003, 0, new ulong[6]) != policy.Foreign.ReturnValue) throw new InvalidOperationException("another architecture's call is judged as its own");
        return $"{filter.Count} instructions, {tried / 10} tens of calls";
    }

    internal static void CleanUp() => Directory.Delete(Path.GetDirectoryName(s_file)!, recursive: true);

    private static uint Decide(SeccompPolicy policy, IReadOnlyDictionary<int, IReadOnlyList<Rule>> rules, uint number, ulong[] arguments)
    {
        if (number >= s_table.FirstForeignNumber) return policy.Foreign.ReturnValue;
        if (!rules.TryGetValue((int)number, out var of)) return policy.Unknown.ReturnValue;
        var decisive = of.FirstOrDefault(rule => rule.Conditions.All(condition => condition.Values.Contains(arguments[condition.Argument] & condition.Mask)));
        return (decisive?.Verdict ?? policy.Unmatched).ReturnValue;
    }

    // Every argument that a rule looks at takes each value that it is compared with, and those beside it, inside and outside the mask.
    private static IEnumerable<ulong[]> Arguments(IReadOnlyList<Rule> rules)
    {
        yield return new ulong[6];
        yield return [.. Enumerable.Repeat(ulong.MaxValue, 6)];
        foreach (var condition in rules.SelectMany(rule => rule.Conditions))
        {
            foreach (var value in condition.Values.SelectMany(value => new[] { value, value + 1, value - 1, value | ~condition.Mask, value ^ (1UL << 32) }))
            {
                foreach (var rest in (ulong[])[0, 1, ulong.MaxValue])
                {
                    var arguments = Enumerable.Repeat(rest, 6).ToArray();
                    arguments[condition.Argument] = value;
                    yield return arguments;
                }
            }
        }
    }

    /// <summary>As the kernel runs it.</summary>
    private static uint Answer(IReadOnlyList<BpfInstruction> filter, uint architecture, uint number, ulong[] arguments)
    {
        var data = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (var i = 0; i < 6; i++) BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            var (opcode, yes, no, operand) = filter[at];
            switch (opcode)
            {
                case BpfOpcode.Load: accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)operand)); break;
                case BpfOpcode.And: accumulator &= operand; break;
                case BpfOpcode.Jump: at += (int)operand; break;
                case BpfOpcode.JumpIfEqual: at += accumulator == operand ? yes : no; break;
                case BpfOpcode.JumpIfAtLeast: at += accumulator >= operand ? yes : no; break;
                case BpfOpcode.Return: return operand;
                default: throw new InvalidOperationException($"opcode {opcode}");
            }
        }
    }

    /// <summary>What the kernel demands before it takes a program (bpf_check_classic, seccomp_check_filter).</summary>
    private static void Check(IReadOnlyList<BpfInstruction> filter)
    {
        var good = filter.Count is >= 1 and <= BpfCompiler.MaxInstructions && filter[^1].Opcode == BpfOpcode.Return;
        for (var i = 0; i < filter.Count && good; i++)
        {
            var (opcode, yes, no, operand) = filter[i];
            good = opcode switch
            {
                BpfOpcode.Load => operand < 64 && operand % 4 == 0,
                BpfOpcode.Jump => i + 1L + operand < filter.Count,
                BpfOpcode.JumpIfEqual or BpfOpcode.JumpIfAtLeast => i + 1 + Math.Max(yes, no) < filter.Count,
                _ => true,
            };
        }

        if (!good) throw new InvalidOperationException("the kernel would refuse the filter");
    }

    // Without names, numbers and places.
    private static string Shape(string text)
    {
        var shape = new StringBuilder();
        foreach (var part in text.Split('"').Where((_, i) => i % 2 == 0))
            foreach (var letter in part.TakeWhile(letter => letter != '|')) shape.Append(char.IsDigit(letter) ? '0' : letter);
        return shape.ToString()[..Math.Min(shape.Length, 40)];
    }
}
