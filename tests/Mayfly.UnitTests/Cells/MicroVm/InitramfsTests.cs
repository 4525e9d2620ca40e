using System.Globalization;
using System.Text;
using Mayfly.Cells.Launching.MicroVm;
using Mayfly.UnitTests.Images;

namespace Mayfly.UnitTests.Cells.MicroVm;

/// <summary>What a guest's kernel unpacks.</summary>
public sealed class InitramfsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Kernel_finds_every_file_with_its_rights_each_folder_before_what_is_in_it()
    {
        var entries = Read(Make());

        Assert.Equal(
            [
                "dev", "dev/console", "modules", "modules/virtio_mmio.ko", "modules/list", "init", "cell-seccomp.bpf",
                "mayfly", "mayfly/mayfly-agent", "mayfly/python", "mayfly/python/main.py", "mayfly/seccomp.bpf", "TRAILER!!!",
            ],
            entries.Select(entry => entry.Name));
        Assert.Equal("virtio_mmio.ko\n", Text("modules/list"));
        Assert.Equal(("the agent", 0x81EDu), (Text("mayfly/mayfly-agent"), entries.Single(entry => entry.Name == "mayfly/mayfly-agent").Mode));
        Assert.Equal(0x81A4u, entries.Single(entry => entry.Name == "mayfly/python/main.py").Mode);
        Assert.Equal(0x41EDu, entries.Single(entry => entry.Name == "mayfly").Mode);
        var console = entries.Single(entry => entry.Name == "dev/console");
        Assert.Equal((0x2180u, 5u, 1u), (console.Mode, console.Major, console.Minor));
        Assert.All(entries, entry => Assert.Equal((0u, 0u), (entry.Owner, entry.Time)));

        string Text(string name) => Encoding.ASCII.GetString(entries.Single(entry => entry.Name == name).Content);
    }

    [Fact]
    public void Same_files_give_the_same_bytes() => Assert.Equal(Make(), Make());

    private byte[] Make()
    {
        _scratch.Write("app/guest/guest-init", "init of the guest");
        _scratch.Write("app/guest/cell-seccomp.bpf", "12345678");
        Scratch.SetMode(_scratch.Write("app/cell/mayfly-agent", "the agent"), "755");
        Scratch.SetMode(_scratch.Write("app/cell/python/main.py", "zygote"), "644");
        Scratch.SetMode(_scratch.Write("app/cell/seccomp.bpf", "x"), "644");
        using var output = new MemoryStream();
        Initramfs.Write(output, $"{_scratch.Path}/app", [_scratch.Write("virtio_mmio.ko", "a module")]);
        return output.ToArray();
    }

    // By the kernel's documentation (initramfs-buffer-format), not by the writer.
    private static List<Entry> Read(byte[] archive)
    {
        var entries = new List<Entry>();
        var at = 0;
        while (at < archive.Length)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, at, 6));
            var fields = Enumerable.Range(0, 13).Select(field => uint.Parse(Encoding.ASCII.GetString(archive, at + 6 + (field * 8), 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            var (length, nameLength) = ((int)fields[6], (int)fields[11]);
            var name = Encoding.ASCII.GetString(archive, at + 110, nameLength - 1);
            var content = Round(at + 110 + nameLength);
            entries.Add(new Entry(name, fields[1], fields[2], fields[5], fields[9], fields[10], archive[content..(content + length)]));
            at = Round(content + length);
        }

        return entries;

        static int Round(int value) => (value + 3) & ~3;
    }

    private sealed record Entry(string Name, uint Mode, uint Owner, uint Time, uint Major, uint Minor, byte[] Content);
}
