namespace Mayfly.Images.Guest;

/// <summary>What making a guest's part needs on the host; running micro-VMs needs QEMU and runc only.</summary>
internal static class GuestPrerequisites
{
    public static IReadOnlyList<ImagePrerequisite> All { get; } =
    [
        new("mmdebstrap", "mmdebstrap", "fetches the guest's kernel from Debian"),
        new("mkfs.erofs", "erofs-utils", "makes the guest's disk of the image"),
        new("xz", "xz-utils", "unpacks the kernel's modules"),
        new("zstd", "zstd", "unpacks the kernel"),
    ];

    /// <summary>Those that this machine lacks.</summary>
    public static IReadOnlyList<ImagePrerequisite> Missing() => [.. All.Where(one => !one.IsHere())];
}
