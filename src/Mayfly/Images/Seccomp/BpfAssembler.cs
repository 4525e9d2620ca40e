namespace Mayfly.Images.Seccomp;

/// <summary>Writes a BPF program from its end to its beginning.</summary>
/// <remarks>
/// BPF only jumps forward, so backwards every target is known when it is needed: there are no labels to patch, and equal
/// tails are written once. Conditional jumps reach 255 instructions; where that is not enough, a way-point is put in.
/// </remarks>
internal sealed class BpfAssembler
{
    private const int MaxConditionalDistance = byte.MaxValue;

    private readonly List<BpfInstruction> backwards = [];
    private readonly Dictionary<(BpfOpcode, uint, int, int), Place> written = [];

    /// <summary>A place in the program, counted from its end.</summary>
    internal readonly record struct Place(int FromEnd);

    internal Place Return(uint value) => Once(BpfOpcode.Return, value, -1, -1, () => Append(new(BpfOpcode.Return, 0, 0, value)));

    /// <summary>Loads a word of struct seccomp_data, then goes on at <paramref name="next"/>.</summary>
    internal Place Load(uint offset, Place next) => FallThrough(BpfOpcode.Load, offset, next);

    internal Place And(uint mask, Place next) => FallThrough(BpfOpcode.And, mask, next);

    internal Place JumpIfEqual(uint value, Place yes, Place no) => Branch(BpfOpcode.JumpIfEqual, value, yes, no);

    internal Place JumpIfAtLeast(uint value, Place yes, Place no) => Branch(BpfOpcode.JumpIfAtLeast, value, yes, no);

    /// <summary>The program, which starts at <paramref name="first"/>.</summary>
    internal IReadOnlyList<BpfInstruction> Program(Place first)
    {
        if (first.FromEnd != backwards.Count - 1) throw new InvalidOperationException("The first instruction must be the one written last.");
        return [.. Enumerable.Reverse(backwards)];
    }

    private Place FallThrough(BpfOpcode opcode, uint operand, Place next) => Once(opcode, operand, next.FromEnd, -1, () =>
    {
        if (Distance(next) != 0) WayPoint(next);
        return Append(new(opcode, 0, 0, operand));
    });

    private Place Branch(BpfOpcode opcode, uint operand, Place yes, Place no) => Once(opcode, operand, yes.FromEnd, no.FromEnd, () =>
    {
        // The way-point for one side moves the other side one further away, so both are looked at until both are near.
        while (true)
        {
            if (Distance(yes) > MaxConditionalDistance) yes = WayPoint(yes);
            else if (Distance(no) > MaxConditionalDistance) no = WayPoint(no);
            else return Append(new(opcode, (byte)Distance(yes), (byte)Distance(no), operand));
        }
    });

    /// <summary>A near place from which the program goes on at a far one. A far return is repeated: as short as a jump to it, and quicker.</summary>
    private Place WayPoint(Place far) => backwards[far.FromEnd] is { Opcode: BpfOpcode.Return } answer
        ? written[(BpfOpcode.Return, answer.Operand, -1, -1)] = Append(answer)
        : Append(new(BpfOpcode.Jump, 0, 0, (uint)Distance(far)));

    /// <summary>Instructions between the next one to be written and the place.</summary>
    private int Distance(Place place) => backwards.Count - 1 - place.FromEnd;

    private Place Append(BpfInstruction instruction)
    {
        backwards.Add(instruction);
        return new(backwards.Count - 1);
    }

    private Place Once(BpfOpcode opcode, uint operand, int yes, int no, Func<Place> write)
    {
        if (written.TryGetValue((opcode, operand, yes, no), out var place)) return place;
        return written[(opcode, operand, yes, no)] = write();
    }
}
