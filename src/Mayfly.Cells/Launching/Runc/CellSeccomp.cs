using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>What nobody in a cell may ask the kernel for, the agent included: cell-seccomp.json, with a reason for each line.</summary>
/// <remarks>
/// A list of what is denied, as the agent and the runtimes need most of the rest; user code is held by the jail's list of what is
/// allowed. Calls of another architecture's numbering (32-bit, x32) kill their process: the filter names one architecture.
/// </remarks>
internal static class CellSeccomp
{
    private const string Resource = "cell-seccomp.json";
    private const uint Eperm = 1, Enosys = 38, Eafnosupport = 97;

    public static OciSeccomp Read()
    {
        using var stream = typeof(CellSeccomp).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from the program.");
        var rules = JsonSerializer.Deserialize(stream, OciJson.Default.IReadOnlyListCellSeccompRule)!;
        return new OciSeccomp(
            "SCMP_ACT_ALLOW",
            [RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64"],
            [.. rules.Select(rule => new OciSyscalls(rule.Names, "SCMP_ACT_ERRNO", Number(rule.Errno), rule.Args))]);
    }

    private static uint Number(string errno) => errno switch
    {
        "EPERM" => Eperm,
        "ENOSYS" => Enosys,
        "EAFNOSUPPORT" => Eafnosupport,
        _ => throw new InvalidOperationException($"{Resource}: errno {errno} is not known here. Add it to CellSeccomp.Number."),
    };
}

/// <summary>One line of cell-seccomp.json.</summary>
internal sealed record CellSeccompRule(
    [property: JsonRequired] IReadOnlyList<string> Names,
    [property: JsonRequired] string Errno,
    [property: JsonRequired] string Why,
    IReadOnlyList<OciArgument>? Args = null);
