using System.Buffers.Binary;

namespace Mayfly.Images.Guest;

/// <summary>An x86 kernel as distributions pack it (bzImage): a small program that unpacks the kernel proper.</summary>
/// <remarks>Emulated, that program takes longer than all the rest of a guest's boot; QEMU starts the kernel proper by its PVH entry.</remarks>
internal static class KernelImage
{
    // Documentation/arch/x86/boot.rst of Linux.
    private const int SetupSectors = 0x1F1, Magic = 0x202, Version = 0x206, PayloadOffset = 0x248, PayloadLength = 0x24C, SectorBytes = 512;
    private const ushort FirstVersionWithPayload = 0x0208;

    /// <summary>The packed kernel: a compressed ELF file, and four bytes with its length.</summary>
    /// <exception cref="ImageBuildException">It is none.</exception>
    public static ReadOnlyMemory<byte> Payload(ReadOnlyMemory<byte> image)
    {
        var header = image.Span;
        if (header.Length < PayloadLength + 4 || !header.Slice(Magic, 4).SequenceEqual("HdrS"u8) || BinaryPrimitives.ReadUInt16LittleEndian(header[Version..]) < FirstVersionWithPayload)
        {
            throw new ImageBuildException($"the kernel is no bzImage of protocol {FirstVersionWithPayload >> 8}.{FirstVersionWithPayload & 0xFF:00} or later: {header.Length} bytes without its header");
        }

        var start = ((header[SetupSectors] + 1L) * SectorBytes) + BinaryPrimitives.ReadUInt32LittleEndian(header[PayloadOffset..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[PayloadLength..]);
        return start + length <= header.Length
            ? image.Slice((int)start, (int)length)
            : throw new ImageBuildException($"the kernel was cut short: its payload should end at {start + length}, and it has {header.Length} bytes");
    }

    /// <summary>The program of the host that unpacks such a payload.</summary>
    /// <exception cref="ImageBuildException">It is packed in a way that is not known here.</exception>
    public static string Unpacker(ReadOnlySpan<byte> payload) => payload switch
    {
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', ..] => "xz",
        [0x1F, 0x8B, ..] => "gzip",
        _ => throw new ImageBuildException($"the kernel is packed in a way that is not known here: it begins with {Convert.ToHexString(payload[..Math.Min(4, payload.Length)])}"),
    };
}
