using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>config.json of a bundle, as far as Mayfly uses it (Open Container Initiative, runtime specification 1.0.2).</summary>
internal sealed record OciConfig(
    string OciVersion,
    OciRoot Root,
    string Hostname,
    OciProcess Process,
    IReadOnlyList<OciMount> Mounts,
    OciLinux Linux)
{
    public string ToJson() => JsonSerializer.Serialize(this, OciJson.Default.OciConfig);
}

internal sealed record OciRoot(string Path, bool Readonly);

internal sealed record OciProcess(
    bool Terminal,
    OciUser User,
    IReadOnlyList<string> Args,
    IReadOnlyList<string> Env,
    string Cwd,
    OciCapabilities Capabilities,
    IReadOnlyList<OciRlimit> Rlimits,
    bool NoNewPrivileges);

internal sealed record OciUser(uint Uid, uint Gid);

internal sealed record OciCapabilities(
    IReadOnlyList<string> Bounding,
    IReadOnlyList<string> Effective,
    IReadOnlyList<string> Permitted,
    IReadOnlyList<string> Inheritable,
    IReadOnlyList<string> Ambient);

internal sealed record OciRlimit(string Type, ulong Hard, ulong Soft);

internal sealed record OciMount(string Destination, string Type, string Source, IReadOnlyList<string> Options);

internal sealed record OciLinux(
    string CgroupsPath,
    OciResources Resources,
    IReadOnlyList<OciNamespace> Namespaces,
    IReadOnlyList<OciIdMapping> UidMappings,
    IReadOnlyList<OciIdMapping> GidMappings,
    IReadOnlyList<string> MaskedPaths,
    IReadOnlyList<string> ReadonlyPaths,
    OciSeccomp Seccomp);

internal sealed record OciResources(IReadOnlyList<OciDeviceRule> Devices);

internal sealed record OciDeviceRule(bool Allow, string Access, string? Type = null, long? Major = null, long? Minor = null);

internal sealed record OciNamespace(string Type);

internal sealed record OciIdMapping(
    [property: JsonPropertyName("containerID")] uint ContainerId,
    [property: JsonPropertyName("hostID")] uint HostId,
    uint Size);

internal sealed record OciSeccomp(string DefaultAction, IReadOnlyList<string> Architectures, IReadOnlyList<OciSyscalls> Syscalls);

internal sealed record OciSyscalls(IReadOnlyList<string> Names, string Action, uint? ErrnoRet, IReadOnlyList<OciArgument>? Args = null);

internal sealed record OciArgument(uint Index, ulong Value, string Op, ulong? ValueTwo = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(OciConfig))]
[JsonSerializable(typeof(IReadOnlyList<CellSeccompRule>))]
internal sealed partial class OciJson : JsonSerializerContext;
