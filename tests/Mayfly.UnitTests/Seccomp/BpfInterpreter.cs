using System.Buffers.Binary;
using Mayfly.Images.Seccomp;

namespace Mayfly.UnitTests.Seccomp;

/// <summary>What the kernel hands to a filter: struct seccomp_data of linux/seccomp.h.</summary>
internal sealed record SeccompData(uint Architecture, uint Number, params ulong[] Arguments)
{
    internal byte[] ToBytes()
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Number);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Architecture);
        for (var i = 0; i < Arguments.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16 + 8 * i), Arguments[i]);
        return bytes;
    }

    public override string ToString() => $"arch 0x{Architecture:x} number {Number} ({string.Join(", ", Arguments.Select(argument => $"0x{argument:x}"))})";
}

/// <summary>Runs a filter as the kernel would, and remembers which instructions ran and which way each branch went.</summary>
internal sealed class BpfInterpreter
{
    private readonly IReadOnlyList<BpfInstruction> program;
    private readonly bool[] ran;
    private readonly bool[] wentYes;
    private readonly bool[] wentNo;

    internal BpfInterpreter(IReadOnlyList<BpfInstruction> program)
    {
        Check(program);
        this.program = program;
        ran = new bool[program.Count];
        wentYes = new bool[program.Count];
        wentNo = new bool[program.Count];
    }

    /// <summary>Instructions that no run has reached, and branches that always went the same way.</summary>
    internal IEnumerable<string> Uncovered => BpfDisassembler.Explain(program).Where((_, i) => !ran[i] || (IsBranch(program[i]) && !(wentYes[i] && wentNo[i])));

    internal uint Run(SeccompData data)
    {
        var bytes = data.ToBytes();
        uint accumulator = 0;
        for (var at = 0; ; at++)
        {
            ran[at] = true;
            var instruction = program[at];
            switch (instruction.Opcode)
            {
                case BpfOpcode.Load: accumulator = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((int)instruction.Operand)); break;
                case BpfOpcode.And: accumulator &= instruction.Operand; break;
                case BpfOpcode.Jump: at += (int)instruction.Operand; break;
                case BpfOpcode.JumpIfEqual: Branch(accumulator == instruction.Operand); break;
                case BpfOpcode.JumpIfAtLeast: Branch(accumulator >= instruction.Operand); break;
                case BpfOpcode.Return: return instruction.Operand;
            }

            void Branch(bool yes)
            {
                (yes ? wentYes : wentNo)[at] = true;
                at += yes ? instruction.JumpTrue : instruction.JumpFalse;
            }
        }
    }

    /// <summary>What the kernel demands before it takes a program (bpf_check_classic, seccomp_check_filter).</summary>
    private static void Check(IReadOnlyList<BpfInstruction> program)
    {
        Assert.InRange(program.Count, 1, 4096);
        Assert.Equal(BpfOpcode.Return, program[^1].Opcode);
        for (var i = 0; i < program.Count; i++)
        {
            var (opcode, yes, no, operand) = program[i];
            Assert.True(Enum.IsDefined(opcode), $"instruction {i} has opcode 0x{(ushort)opcode:x}");
            if (opcode == BpfOpcode.Load) Assert.True(operand < 64 && operand % 4 == 0, $"instruction {i} loads offset {operand}");
            if (opcode == BpfOpcode.Jump) Assert.True(i + 1L + operand < program.Count, $"instruction {i} jumps out of the program");
            if (IsBranch(program[i])) Assert.True(i + 1 + Math.Max(yes, no) < program.Count, $"instruction {i} branches out of the program");
            else Assert.True(yes == 0 && no == 0, $"instruction {i} has jump distances and is no branch");
        }
    }

    private static bool IsBranch(BpfInstruction instruction) => instruction.Opcode is BpfOpcode.JumpIfEqual or BpfOpcode.JumpIfAtLeast;
}
