using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mayfly.Images.Guest;

/// <summary>Makes what an image needs to be a micro-VM: the kernel of its Debian release, a few modules, its root as a disk.</summary>
/// <remarks>
/// The agent and the guest's PID 1 are not in it: they are of the running program, and mayfly-cells hands them to the guest
/// at its start. So this is made once for an image, and stays.
/// </remarks>
internal sealed class GuestBuilder(string imagesDirectory, IProgress<string> progress)
{
    // Debian package, kernel and disk, at their peak.
    private const long NeededBytes = 1000L << 20;

    private readonly ImageStore _store = new(Path.GetFullPath(imagesDirectory));

    /// <summary>Where the part of an image is.</summary>
    public static string DirectoryOf(string image) => image + "-guest";

    /// <summary>Whether it is there, of this image.</summary>
    public static bool IsThere(Image image)
    {
        var path = Path.Combine(DirectoryOf(image.Directory), GuestManifest.FileName);
        return File.Exists(path)
            && JsonSerializer.Deserialize(File.ReadAllBytes(path), GuestJson.Default.GuestManifest) is { Schema: GuestManifest.CurrentSchema } manifest
            && manifest.Image == image.Manifest.Digest
            && manifest.Contents == image.Manifest.Content.Contents;
    }

    /// <summary>Makes it, if it is not there.</summary>
    /// <exception cref="ImageBuildException">It cannot be made; the message says why and what to do.</exception>
    public async Task BuildAsync(Image image, bool force, CancellationToken cancel)
    {
        if (!force && IsThere(image))
        {
            progress.Report("its part for micro-VMs is there already");
            return;
        }

        RequireHost();
        CreationMask.LetOthersRead();
        using var alone = await _store.LockAsync(progress, cancel);
        _store.Sweep();
        _store.RequireSpace(NeededBytes);
        var build = _store.NewBuildDirectory();
        var stage = _store.NewBuildDirectory();
        try
        {
            var recipe = ImageRecipe.Load(ImageRecipe.ShippedDirectory);
            progress.Report($"fetching the kernel of Debian {recipe.Data.Suite} for micro-VMs");
            var (root, packages) = await GuestKernel.FetchAsync(recipe, stage, cancel);
            var manifest = await AssembleAsync(image, recipe, root, packages, build, stage, cancel);
            await File.WriteAllBytesAsync(Path.Combine(build, GuestManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, GuestJson.Default.GuestManifest), cancel);
            await _store.PublishAsync(build, Path.GetFileName(DirectoryOf(image.Directory)), cancel);
            progress.Report($"micro-VMs: Linux {manifest.Kernel}, a disk of {manifest.Files[^1].Bytes >> 20} MiB");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ImageBuildException($"cannot make the part for micro-VMs in {_store.Directory}: {failure.Message}", failure);
        }
        finally
        {
            _store.Sweep();
        }
    }

    private async Task<GuestManifest> AssembleAsync(
        Image image, ImageRecipe recipe, string root, IReadOnlyList<ManifestPackage> packages, string build, string stage, CancellationToken cancel)
    {
        var kernel = Directory.EnumerateFiles(Path.Combine(root, "boot"), "vmlinuz-*").Single();
        var version = Path.GetFileName(kernel)["vmlinuz-".Length..];
        var names = new List<string> { "vmlinuz" };
        File.Copy(kernel, Path.Combine(build, "vmlinuz"));
        if (recipe.Architecture == "x86_64")
        {
            var payload = KernelImage.Payload(await File.ReadAllBytesAsync(kernel, cancel));
            var packed = Path.Combine(stage, "payload");
            await File.WriteAllBytesAsync(packed, payload, cancel);
            await Unpack.ToFileAsync(KernelImage.Unpacker(payload.Span), packed, Path.Combine(build, "vmlinux"), cancel);
            names.Add("vmlinux");
        }

        var modules = await KernelModules.UnpackAsync(Path.Combine(root, "usr/lib/modules", version), Path.Combine(build, "modules"), cancel);
        names.AddRange(modules.Select(module => $"modules/{module}"));

        progress.Report("making a disk of the image's root");
        await MakeDiskAsync(image, recipe, Path.Combine(build, "root.erofs"), cancel);
        names.Add("root.erofs");

        var files = new List<GuestFile>();
        foreach (var name in names)
        {
            await using var file = File.OpenRead(Path.Combine(build, name));
            files.Add(new GuestFile(name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel))));
        }

        return new GuestManifest(GuestManifest.CurrentSchema, image.Manifest.Digest, image.Manifest.Content.Contents, version, packages, files);
    }

    // Not compressed: an emulated guest would have to unpack every page. Its name is the image's, so that the same root gives the same disk.
    private static async Task MakeDiskAsync(Image image, ImageRecipe recipe, string target, CancellationToken cancel)
    {
        await ImageStore.VerifyAsync(image, contents: true, cancel);
        var name = new Guid(Convert.FromHexString(image.Manifest.Digest.AsSpan(0, 32)));
        await new ExternalProgram(
            "mkfs.erofs", "--quiet", "-x-1", "-T", recipe.Data.Timestamp.ToString(CultureInfo.InvariantCulture), "-U", name.ToString(), target, image.Root)
        {
            Limit = TimeSpan.FromMinutes(10),
        }.RunAsync(cancel);
    }

    private static void RequireHost()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new ImageBuildException("making the part for micro-VMs needs root. Try: sudo ./mayfly image build --guest");
        }

        if (GuestPrerequisites.Missing() is { Count: > 0 } missing)
        {
            throw new ImageBuildException(
                $"this machine lacks {string.Join("; ", missing.Select(one => $"{one.Program} ({one.Why})"))}. " +
                $"Install: apt-get install --no-install-recommends {string.Join(' ', missing.Select(one => one.Package))}");
        }
    }
}
