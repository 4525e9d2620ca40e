using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mayfly.Cells.Launching.MicroVm;

/// <summary>What <c>mayfly image build --guest</c> made of an image for micro-VMs: kernel, modules and root, checked byte for byte at the start.</summary>
/// <param name="Directory">Holds all of it.</param>
/// <param name="Image">Digest of its image.</param>
/// <param name="RootBytes">Length of the root: the guest compares it with its disk.</param>
/// <param name="Kernel">Version of the guest's kernel.</param>
/// <param name="Modules">Paths of its modules, in the order in which they are loaded.</param>
internal sealed record GuestPart(string Directory, string Image, long RootBytes, string Kernel, IReadOnlyList<string> Modules)
{
    public const string Compressed = "vmlinuz", Uncompressed = "vmlinux", Root = "root.erofs", Manifest = "guest.json";

    /// <summary>What guests are started from: kernels and disk. Modules are in the initramfs, which is made once.</summary>
    public IEnumerable<string> InUse => new[] { Compressed, Uncompressed, Root }.Select(name => $"{Directory}/{name}").Where(File.Exists);

    private const string Remedy = "Make it anew: ./mayfly image build --guest --force";

    /// <summary>Opens and checks it.</summary>
    /// <exception cref="StartException">It is missing, of another image, or damaged.</exception>
    public static GuestPart Open(string directory, string imageDigest)
    {
        if (!File.Exists($"{directory}/{Manifest}"))
        {
            throw new StartException($"--guest {directory}: there is no {Manifest}. Micro-VMs need a kernel and a disk beside the image. Make them: ./mayfly image build --guest");
        }

        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes($"{directory}/{Manifest}"));
            var content = manifest.RootElement;
            var digest = content.GetProperty("image").GetString();
            if (digest != imageDigest)
            {
                throw new StartException($"--guest {directory} belongs to image {digest}, not to {imageDigest}. {Remedy}");
            }

            var modules = new List<string>();
            // What is started. The uncompressed kernel is there only where KVM needs it.
            var unlisted = new HashSet<string>(new[] { Compressed, Uncompressed, Root }.Where(name => File.Exists($"{directory}/{name}")), StringComparer.Ordinal) { Root };
            foreach (var file in content.GetProperty("files").EnumerateArray())
            {
                var name = file.GetProperty("name").GetString()!;
                Check($"{directory}/{name}", file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString()!);
                unlisted.Remove(name);
                if (name.StartsWith("modules/", StringComparison.Ordinal))
                {
                    modules.Add($"{directory}/{name}");
                }
            }

            if (unlisted.Count > 0) throw new StartException($"--guest {directory}/{Manifest} does not list {string.Join(" and ", unlisted)}: nobody knows what they should be. {Remedy}");
            return new GuestPart(directory, imageDigest, new FileInfo($"{directory}/{Root}").Length, content.GetProperty("kernel").GetString()!, modules);
        }
        catch (Exception failure) when (failure is IOException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new StartException($"--guest {directory}/{Manifest}: {failure.Message} {Remedy}");
        }
    }

    private static void Check(string path, long bytes, string sha256)
    {
        using var file = File.OpenRead(path);
        if (file.Length != bytes)
        {
            throw new StartException(string.Create(CultureInfo.InvariantCulture, $"{path}: {file.Length} bytes, and it was made with {bytes}: it was cut short or changed. {Remedy}"));
        }

        var found = Convert.ToHexStringLower(SHA256.HashData(file));
        if (found != sha256)
        {
            throw new StartException($"{path}: its SHA-256 is {found}, and it was made with {sha256}: it is damaged. {Remedy}");
        }
    }
}
