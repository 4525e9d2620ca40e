using System.Buffers.Binary;
using File = System.IO.File;

namespace Mayfly.Agent.Boot;

/// <summary>The jails' system call filter, looked at before anything needs it: the jailer could only die of a bad one.</summary>
/// <remarks>Whether it refuses what it should is the self-test's to see (filter_answers.py).</remarks>
internal static class FilterFile
{
    // struct sock_filter: code, jt, jf, k.
    private const int InstructionBytes = 8;

    // BPF_MAXINSNS.
    private const int MaxInstructions = 4096;

    // BPF_RET | BPF_K: the kernel takes no program that ends otherwise.
    private const ushort Return = 0x06;

    /// <summary>Does nothing if the file can be a filter.</summary>
    /// <exception cref="IOException">It cannot; the message names layer and remedy.</exception>
    public static void Check(string path)
    {
        byte[] program;
        try
        {
            program = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad(path, e.Message);
        }

        if (program.Length == 0 || program.Length % InstructionBytes != 0 || program.Length > MaxInstructions * InstructionBytes)
        {
            throw Bad(path, $"{program.Length} bytes are no program of 1 to {MaxInstructions} instructions of {InstructionBytes} bytes");
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(program.Length - InstructionBytes)) != Return)
        {
            throw Bad(path, "it does not end with a return: it was cut short");
        }
    }

    private static IOException Bad(string path, string why) =>
        new($"layer seccomp: {path}: {why}. No jail is made without its filter; \"./mayfly build\" makes the file anew");
}
