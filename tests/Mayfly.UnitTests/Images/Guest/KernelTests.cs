using System.Buffers.Binary;
using System.Text;
using Mayfly.Images;
using Mayfly.Images.Guest;

namespace Mayfly.UnitTests.Images.Guest;

/// <summary>What is taken out of a distribution's kernel.</summary>
public sealed class KernelTests
{
    private static byte[] Image(byte[] payload)
    {
        var image = new byte[(1 + 3) * 512 + 100 + payload.Length];
        image[0x1F1] = 3;
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x020F);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), 100);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x24C), (uint)payload.Length);
        payload.CopyTo(image.AsSpan((1 + 3) * 512 + 100));
        return image;
    }

    [Fact]
    public void Packed_kernel_is_found_where_the_boot_protocol_says() =>
        Assert.Equal([1, 2, 3, 4, 5], KernelImage.Payload(Image([1, 2, 3, 4, 5])).ToArray());

    [Fact]
    public void File_that_is_no_kernel_or_was_cut_short_is_refused()
    {
        var image = Image([1, 2, 3, 4, 5]);

        Assert.Contains("cut short", Assert.Throws<ImageBuildException>(() => KernelImage.Payload(image.AsMemory(0, image.Length - 1))).Message, StringComparison.Ordinal);
        Assert.Contains("no bzImage", Assert.Throws<ImageBuildException>(() => KernelImage.Payload(new byte[4096])).Message, StringComparison.Ordinal);
        Assert.Contains("no bzImage", Assert.Throws<ImageBuildException>(() => KernelImage.Payload(new byte[10])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("28B52FFD00", "zstd")]
    [InlineData("FD377A585A00", "xz")]
    [InlineData("1F8B0800", "gzip")]
    public void Packer_is_told_by_its_mark(string mark, string program) => Assert.Equal(program, KernelImage.Unpacker(Convert.FromHexString(mark)));

    [Fact]
    public void Unknown_packer_is_an_error_that_shows_the_mark() =>
        Assert.Contains("02214C18", Assert.Throws<ImageBuildException>(() => KernelImage.Unpacker(Convert.FromHexString("02214C1800"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("license=GPL\0depends=libcrc32c,netfs\0name=erofs\0", "libcrc32c,netfs")]
    [InlineData("license=GPL\0depends=\0name=virtio_blk\0", "")]
    [InlineData("license=GPL\0", "")]
    public void Module_names_what_it_needs(string modinfo, string needs) =>
        Assert.Equal(needs, string.Join(',', KernelModules.Dependencies(Encoding.ASCII.GetBytes("ELF\0" + modinfo))));
}
