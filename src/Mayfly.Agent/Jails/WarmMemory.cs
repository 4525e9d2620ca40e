namespace Mayfly.Agent.Jails;

/// <summary>A warm child's memory in the terms of a fresh interpreter's: a program gets the same room and the same figure from both.</summary>
/// <remarks>
/// A warm child finds interpreter and libraries in memory that its zygote has paid for; its cgroup is charged with what it writes to, including
/// copies of that memory, which a fresh interpreter has once. What was copied before the program came is known; what a program copies
/// later is estimated, since the kernel does not tell copies from other memory.
/// </remarks>
/// <param name="SharedBytes">What a fresh interpreter with the same imports has of its own; 0: this one is fresh.</param>
/// <param name="BytesBefore">What the cgroup was charged with before the program came.</param>
/// <param name="CopiedPercent">The part of the shared memory that a program that uses it writes to.</param>
/// <param name="GarbagePercent">The part of the shared memory that a fresh interpreter at its limit would have freed.</param>
internal readonly record struct WarmMemory(long SharedBytes, long BytesBefore, int CopiedPercent, int GarbagePercent = 0)
{
    // Page tables, stacks, sockets: what every process is charged with, a fresh interpreter, too.
    private const long KernelBytes = 512 << 10;

    // A child cannot even begin with less.
    private const long LeastBytes = 4 << 20;

    /// <summary>
    /// Who uses a library writes to its caches and dictionaries; not to what it only looks at (decision 0034). With this figure the programs of
    /// tests/differential that use numpy, pandas and sympy report what they do in a fresh interpreter, from 4 MiB less to 5 MiB more, half of them within 1.
    /// </summary>
    public const int CopiedByPython = 11;

    /// <summary>V8 writes to its objects when it moves them, and moves old ones seldom.</summary>
    public const int CopiedByJavaScript = 0;

    /// <summary>
    /// Loading libraries leaves garbage, which V8 collects when memory is short, and in a child the collector writes to (so copies) what it moves and marks.
    /// Measured with mathjs, of 70 MiB: the garbage is 10, and 4 to 9 are written to beside it, from run to run.
    /// </summary>
    public const int GarbageOfJavaScript = 18;

    /// <summary>Whether there is anything to add.</summary>
    public bool IsWarm => SharedBytes > 0;

    private long Copies => SharedBytes * CopiedPercent / 100;

    /// <summary>The limit of the cgroup for a limit of the whole.</summary>
    public long OwnLimit(long wholeLimit) => !IsWarm ? wholeLimit
        : Math.Max(wholeLimit - SharedBytes - KernelBytes + BytesBefore + Copies + (SharedBytes * GarbagePercent / 100), BytesBefore + LeastBytes);

    /// <summary>The whole, when the cgroup was charged with so much.</summary>
    public long Whole(long ownBytes) => !IsWarm ? ownBytes
        : SharedBytes + KernelBytes + Math.Max(ownBytes - BytesBefore - Copies, 0);
}
