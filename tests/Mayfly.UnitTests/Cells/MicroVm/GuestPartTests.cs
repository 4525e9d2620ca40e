using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.Cells;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.Protocol.Descriptors;
using Mayfly.UnitTests.Images;

namespace Mayfly.UnitTests.Cells.MicroVm;

/// <summary>A guest is started from whole files of the right image, or not at all; its end is told for what it was.</summary>
public sealed class GuestPartTests : IDisposable
{
    private const string Image = "0123abcd";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Whole_part_is_opened_with_its_modules_in_their_order()
    {
        Make(Image);

        var part = GuestPart.Open(_scratch.Path, Image);

        Assert.Equal((9L, "6.12"), (part.RootBytes, part.Kernel));
        Assert.Equal(["virtio_mmio.ko", "erofs.ko"], part.Modules.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("root.erofs", "0123456", "cut short")]
    [InlineData("root.erofs", "012345679", "SHA-256")]
    [InlineData("modules/erofs.ko", "ERofs", "SHA-256")]
    [InlineData("guest.json", "{", "guest.json")]
    [InlineData("guest.json", "{}", "guest.json")]
    public void Damaged_file_is_refused_by_its_name_with_the_remedy(string name, string content, string why)
    {
        Make(Image);
        _scratch.Write(name, content);

        var refused = Assert.Throws<StartException>(() => GuestPart.Open(_scratch.Path, Image)).Message;

        Assert.Contains(name, refused, StringComparison.Ordinal);
        Assert.Contains(why, refused, StringComparison.Ordinal);
        Assert.Contains("./mayfly image build --guest", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vmlinuz")]
    [InlineData("vmlinux")]
    [InlineData("root.erofs")]
    public void What_is_started_must_be_listed(string name)
    {
        Make(Image, except: name);

        Assert.Contains($"does not list {name}: ", Assert.Throws<StartException>(() => GuestPart.Open(_scratch.Path, Image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Part_of_another_image_is_refused()
    {
        Make("another");

        Assert.Contains("belongs to image another", Assert.Throws<StartException>(() => GuestPart.Open(_scratch.Path, Image)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_part_names_the_command_that_makes_it() =>
        Assert.Contains("./mayfly image build --guest", Assert.Throws<StartException>(() => GuestPart.Open($"{_scratch.Path}/none", Image)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 0, true, "its agent ended")]
    [InlineData(3, 0, false, "agent failed")]
    [InlineData(5, 0, false, "could not be made")]
    [InlineData(0, 0, false, "panicked")]
    [InlineData(0, 9, false, "QEMU ended")]
    [InlineData(127, 0, false, "QEMU ended")]
    public void End_of_QEMU_tells_the_end_of_the_guest(int code, int signal, bool isOrderly, string how)
    {
        var end = MicroVmLauncher.EndOf(new ExitStatus(code, signal), "last words");

        Assert.Equal(isOrderly, end.Orderly);
        Assert.Contains(how, end.How, StringComparison.Ordinal);
        Assert.EndsWith("last words", end.How, StringComparison.Ordinal);
    }

    private void Make(string image, string? except = null)
    {
        (string Name, string Content)[] files =
        [
            ("vmlinuz", "kernel"), ("vmlinux", "uncompressed"), ("modules/virtio_mmio.ko", "mmio"), ("modules/erofs.ko", "erofs"), ("root.erofs", "012345678"),
        ];
        foreach (var (name, content) in files) _scratch.Write(name, content);
        var listed = files.Where(file => file.Name != except).Select(file => string.Create(CultureInfo.InvariantCulture,
            $$"""{ "name": "{{file.Name}}", "bytes": {{file.Content.Length}}, "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(file.Content)))}}" }"""));
        _scratch.Write("guest.json", $$"""{ "schema": 1, "image": "{{image}}", "kernel": "6.12", "files": [{{string.Join(',', listed)}}] }""");
    }
}
