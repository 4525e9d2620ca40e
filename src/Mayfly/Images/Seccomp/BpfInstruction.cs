using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mayfly.Images.Seccomp;

/// <summary>One instruction of a classic BPF program: struct sock_filter of linux/filter.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(BpfOpcode Opcode, byte JumpTrue, byte JumpFalse, uint Operand)
{
    internal const int Size = 8;

    internal static byte[] ToBytes(IReadOnlyList<BpfInstruction> program)
    {
        var bytes = new byte[program.Count * Size];
        for (var i = 0; i < program.Count; i++)
        {
            var at = bytes.AsSpan(i * Size, Size);
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)program[i].Opcode);
            at[2] = program[i].JumpTrue;
            at[3] = program[i].JumpFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].Operand);
        }
        return bytes;
    }

    internal static BpfInstruction[] FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length % Size != 0)
            throw new SeccompPolicyException($"{bytes.Length} bytes are no BPF program: an instruction has {Size}.");
        var program = new BpfInstruction[bytes.Length / Size];
        for (var i = 0; i < program.Length; i++)
        {
            var at = bytes.Slice(i * Size, Size);
            program[i] = new((BpfOpcode)BinaryPrimitives.ReadUInt16LittleEndian(at), at[2], at[3], BinaryPrimitives.ReadUInt32LittleEndian(at[4..]));
        }
        return program;
    }
}

/// <summary>The few opcodes a filter here is made of (linux/bpf_common.h).</summary>
internal enum BpfOpcode : ushort
{
    /// <summary>BPF_LD | BPF_W | BPF_ABS: the accumulator becomes the word at this offset of struct seccomp_data.</summary>
    Load = 0x20,

    /// <summary>BPF_ALU | BPF_AND | BPF_K</summary>
    And = 0x54,

    /// <summary>BPF_JMP | BPF_JA: the operand is the distance.</summary>
    Jump = 0x05,

    /// <summary>BPF_JMP | BPF_JEQ | BPF_K</summary>
    JumpIfEqual = 0x15,

    /// <summary>BPF_JMP | BPF_JGE | BPF_K, unsigned</summary>
    JumpIfAtLeast = 0x35,

    /// <summary>BPF_RET | BPF_K</summary>
    Return = 0x06,
}
