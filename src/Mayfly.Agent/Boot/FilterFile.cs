using System.Buffers.Binary;
using Mayfly.Agent.Posture;
using Mayfly.Protocol.Messages;
using File = System.IO.File;

namespace Mayfly.Agent.Boot;

/// <summary>The jails' system call filter, looked at before anything needs it: the jailer could only die of a bad one.</summary>
/// <remarks>Whether it refuses what it should is the self-test's to see (filter_answers.py).</remarks>
internal static class FilterFile
{
    /// <summary>Where the launcher mounts it.</summary>
    public const string Location = "/mayfly/seccomp.bpf";

    // struct sock_filter: code, jt, jf, k.
    private const int InstructionBytes = 8;

    // BPF_MAXINSNS.
    private const int MaxInstructions = 4096;

    // BPF_RET | BPF_K: the kernel takes no program that ends otherwise.
    private const ushort Return = 0x06;

    /// <summary>The layer <c>seccomp.policy</c>: the file is, byte for byte, what the policy of this agent's own build was compiled to.</summary>
    public static Layer MeasurePolicy() => MeasurePolicy(Location, Built());

    /// <summary>The same, of another file and another build.</summary>
    internal static Layer MeasurePolicy(string path, byte[]? built)
    {
        const string Name = "seccomp.policy";
        if (built is null) return CellPosture.Of(Name, false, "this agent was built without a filter to compare with: \"./mayfly build\" makes both");
        byte[] found;
        try
        {
            found = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CellPosture.Of(Name, false, $"{path}: {e.Message}");
        }

        var same = found.AsSpan().CommonPrefixLength(built);
        return same == found.Length && same == built.Length
            ? CellPosture.Of(Name, true, $"{built.Length / InstructionBytes} instructions, as this build's policy was compiled")
            : CellPosture.Of(Name, false, $"{path} has {found.Length / InstructionBytes} instructions, this build's policy {built.Length / InstructionBytes}, and they differ from instruction {same / InstructionBytes} on: \"./mayfly build\" makes filter and agent anew");
    }

    private static byte[]? Built()
    {
        using var stream = typeof(FilterFile).Assembly.GetManifestResourceStream("seccomp.bpf");
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

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
