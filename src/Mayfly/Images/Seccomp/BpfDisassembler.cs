using System.Globalization;

namespace Mayfly.Images.Seccomp;

/// <summary>A filter in words, one instruction a line.</summary>
internal static class BpfDisassembler
{
    internal static IEnumerable<string> Explain(IReadOnlyList<BpfInstruction> program)
    {
        for (var i = 0; i < program.Count; i++)
            yield return string.Create(CultureInfo.InvariantCulture, $"{i,4}  {Explain(program[i], i + 1)}");
    }

    private static string Explain(BpfInstruction instruction, int next)
    {
        var operand = instruction.Operand;
        return instruction.Opcode switch
        {
            BpfOpcode.Load => $"load {Field(operand)}",
            BpfOpcode.And => $"and 0x{operand:x}",
            BpfOpcode.Jump => $"go to {next + operand}",
            BpfOpcode.JumpIfEqual => $"if = {operand} (0x{operand:x}) go to {next + instruction.JumpTrue} else {next + instruction.JumpFalse}",
            BpfOpcode.JumpIfAtLeast => $"if >= {operand} (0x{operand:x}) go to {next + instruction.JumpTrue} else {next + instruction.JumpFalse}",
            BpfOpcode.Return => $"return {new Verdict(operand)}",
            var other => $"unknown opcode 0x{(ushort)other:x}",
        };
    }

    private static string Field(uint offset) => offset switch
    {
        0 => "number",
        4 => "architecture",
        >= 16 and < 64 when offset % 4 == 0 => $"argument {(offset - 16) / 8}, {(offset % 8 == 0 ? "low" : "high")} half",
        _ => $"offset {offset}",
    };
}
