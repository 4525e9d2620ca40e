using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

/// <summary>Images of one file, published as a builder does it.</summary>
internal static class TestImages
{
    public static readonly string Digest = new('d', 64);

    public static async Task<Image> PublishAsync(ImageStore store, string content, CancellationToken cancel)
    {
        using var alone = await store.LockAsync(null, cancel);
        var build = store.NewBuildDirectory();
        await FillAsync(build, content, cancel);
        return await store.PublishAsync(build, Digest, cancel);
    }

    public static async Task FillAsync(string build, string content, CancellationToken cancel)
    {
        var root = Directory.CreateDirectory(Path.Combine(build, ImageStore.RootDirectory)).FullName;
        var file = Path.Combine(root, "file");
        await File.WriteAllTextAsync(file, content, cancel);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch); // whole seconds, as in an image
        var tree = await ImageTree.ReadAsync(root, cancel);
        var manifest = new Manifest
        {
            Schema = Manifest.CurrentSchema,
            Digest = Digest,
            Architecture = "x86_64",
            Provider = new ManifestProvider("distribution", "a test"),
            BuiltAt = DateTimeOffset.UnixEpoch,
            Languages = [],
            Packages = [],
            Content = new ManifestContent(tree.Count, tree.Bytes, tree.ListingDigest(), await tree.ContentsDigestAsync(cancel)),
        };
        await File.WriteAllBytesAsync(Path.Combine(build, ImageStore.ManifestFile), manifest.ToJson(), cancel);
    }
}
