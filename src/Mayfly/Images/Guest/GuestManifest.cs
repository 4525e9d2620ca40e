using System.Text.Json.Serialization;

namespace Mayfly.Images.Guest;

/// <summary>guest.json: what is beside an image for micro-VMs. mayfly-cells compares every byte with it at its start.</summary>
/// <param name="Schema">1; raised when a field changes its meaning.</param>
/// <param name="Image">Digest of the image that the root is of.</param>
/// <param name="Contents">The image's <c>content.contents</c> when the root was made of it.</param>
/// <param name="Kernel">Version of the kernel.</param>
/// <param name="Packages">Where kernel and modules are from.</param>
/// <param name="Files">All files, modules in the order in which they are loaded.</param>
internal sealed record GuestManifest(
    int Schema, string Image, string Contents, string Kernel, IReadOnlyList<ManifestPackage> Packages, IReadOnlyList<GuestFile> Files)
{
    public const int CurrentSchema = 1;
    public const string FileName = "guest.json";
}

/// <summary>One file of the guest's part.</summary>
internal sealed record GuestFile(string Name, long Bytes, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(GuestManifest))]
internal sealed partial class GuestJson : JsonSerializerContext;
