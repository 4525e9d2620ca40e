using System.Text;

namespace Mayfly.Images.Guest;

/// <summary>The modules that a guest loads: its devices and file system, and what these need.</summary>
internal static class KernelModules
{
    // x86's microvm machine has virtio on memory addresses, aarch64's virt on PCI, which is built in.
    private static readonly string[] s_wanted = ["virtio_mmio", "virtio_blk", "virtio-rng", "erofs"];

    private const string Suffix = ".ko.xz";

    /// <summary>Unpacks them.</summary>
    /// <param name="tree">/lib/modules/VERSION of the kernel's package.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Their names, each after all that it needs.</returns>
    public static async Task<IReadOnlyList<string>> UnpackAsync(string tree, string target, CancellationToken cancel)
    {
        var packed = Directory.EnumerateFiles(tree, "*" + Suffix, SearchOption.AllDirectories)
            .ToDictionary(path => Canonical(Path.GetFileName(path)[..^Suffix.Length]), StringComparer.Ordinal);
        Directory.CreateDirectory(target);
        var order = new List<string>();
        foreach (var name in s_wanted)
        {
            await AddAsync(Canonical(name), packed, target, order, cancel);
        }

        return order;
    }

    /// <summary>What a module says that it needs: "depends=a,b" among the strings of its section .modinfo.</summary>
    internal static IReadOnlyList<string> Dependencies(ReadOnlySpan<byte> module)
    {
        var key = "\0depends="u8;
        var at = module.IndexOf(key);
        if (at < 0)
        {
            return [];
        }

        var list = module[(at + key.Length)..];
        return Encoding.ASCII.GetString(list[..Math.Max(0, list.IndexOf((byte)0))]).Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task AddAsync(string name, Dictionary<string, string> packed, string target, List<string> order, CancellationToken cancel)
    {
        if (order.Contains($"{name}.ko"))
        {
            return;
        }

        // Not there: built into this kernel. One that is missing for another reason is told by the guest, which then finds no disk.
        if (!packed.TryGetValue(name, out var path))
        {
            return;
        }

        var file = Path.Combine(target, $"{name}.ko");
        await Unpack.ToFileAsync("xz", path, file, cancel);
        foreach (var needed in Dependencies(await File.ReadAllBytesAsync(file, cancel)))
        {
            await AddAsync(Canonical(needed), packed, target, order, cancel);
        }

        order.Add($"{name}.ko");
    }

    private static string Canonical(string name) => name.Replace('-', '_');
}
