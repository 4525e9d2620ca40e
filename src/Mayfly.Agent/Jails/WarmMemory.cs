namespace Mayfly.Agent.Jails;

/// <summary>A warm child's memory in the terms of a fresh interpreter's: a program gets the same room and the same figure from both.</summary>
/// <remarks>
/// A warm child finds interpreter and libraries in memory that its zygote has paid for; its cgroup is charged with what it writes to, including
/// copies of that memory, which a fresh interpreter has once. What was copied before the program came is known. Of what a program copies later,
/// a tenth of the shared memory is taken for copies (measured with pandas and sympy: 5 to 15 percent).
/// </remarks>
/// <param name="SharedBytes">What a fresh interpreter with the same imports has of its own; 0: this one is fresh.</param>
/// <param name="BytesBefore">What the cgroup was charged with before the program came.</param>
internal readonly record struct WarmMemory(long SharedBytes, long BytesBefore)
{
    // Page tables, stacks, sockets: what every process is charged with, a fresh interpreter, too.
    private const long KernelBytes = 512 << 10;

    // A child cannot even begin with less.
    private const long LeastBytes = 4 << 20;

    private const int CopiedShare = 10;

    /// <summary>Whether there is anything to add.</summary>
    public bool IsWarm => SharedBytes > 0;

    private long Copies => SharedBytes / CopiedShare;

    /// <summary>The limit of the cgroup for a limit of the whole.</summary>
    public long OwnLimit(long wholeLimit) => !IsWarm ? wholeLimit
        : Math.Max(wholeLimit - SharedBytes - KernelBytes + BytesBefore + Copies, BytesBefore + LeastBytes);

    /// <summary>The whole, when the cgroup was charged with so much.</summary>
    public long Whole(long ownBytes) => !IsWarm ? ownBytes
        : SharedBytes + KernelBytes + Math.Max(ownBytes - BytesBefore - Copies, 0);
}
