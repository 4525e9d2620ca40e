using System.Text.Json;

namespace Mayfly.Images.Seccomp;

/// <summary>The system calls of one architecture: cell/jail/syscalls.json.</summary>
/// <param name="Architecture">As `uname -m` has it.</param>
/// <param name="AuditArchitecture">What seccomp_data.arch holds (AUDIT_ARCH_*).</param>
/// <param name="FirstForeignNumber">Numbers from here on belong to another ABI behind the same AUDIT_ARCH (x32); null: there is none.</param>
/// <param name="Numbers">By name.</param>
internal sealed record SyscallTable(string Architecture, uint AuditArchitecture, uint? FirstForeignNumber, IReadOnlyDictionary<string, int> Numbers)
{
    internal static IReadOnlyList<string> Architectures { get; } = ["x86_64", "aarch64"];

    internal static SyscallTable Read(string path, string architecture)
    {
        SyscallTableFile file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), PolicyJson.Default.SyscallTableFile)
                ?? throw new SeccompPolicyException($"{path}: null; expected an object.");
        }
        catch (JsonException error)
        {
            throw new SeccompPolicyException($"{path}: {error.Message}", error);
        }
        if (!file.Architectures.TryGetValue(architecture, out var shape))
            throw new SeccompPolicyException($"{path}: has no architecture \"{architecture}\"; it has {string.Join(", ", file.Architectures.Keys)}.");
        if (shape.Syscalls.Values.GroupBy(number => number).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new SeccompPolicyException($"{path}: {architecture} has number {twice.Key} twice.");
        if (shape.Syscalls.FirstOrDefault(pair => pair.Value is < 0 or > 0xffff) is { Key: { } name })
            throw new SeccompPolicyException($"{path}: {architecture}'s number of \"{name}\" is no system call number.");
        return new SyscallTable(
            architecture,
            checked((uint)SeccompPolicyReader.Number(shape.AuditArch, $"{path}: auditArch")),
            shape.ForeignFrom is { } first ? checked((uint)SeccompPolicyReader.Number(first, $"{path}: foreignFrom")) : null,
            shape.Syscalls);
    }
}

/// <summary>The file as it is written.</summary>
internal sealed record SyscallTableFile
{
    public required string About { get; init; }
    public required string Source { get; init; }
    public required Dictionary<string, ArchitectureShape> Architectures { get; init; }
}

internal sealed record ArchitectureShape
{
    public required JsonElement AuditArch { get; init; }
    public JsonElement? ForeignFrom { get; init; }
    public required Dictionary<string, int> Syscalls { get; init; }
}
