using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly ImageStore _store;

    public ImageStoreTests() => _store = new ImageStore(_scratch.Path);

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_image_is_found_whole()
    {
        await PublishAsync("one");

        var image = _store.Find(TestImages.Digest);

        Assert.NotNull(image);
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(image.Root, "file"), Never));
        Assert.Equal(TestImages.Digest, image.Manifest.Digest);
        await ImageStore.VerifyAsync(image, contents: true, Never);
    }

    [Fact]
    public async Task A_half_built_image_is_never_found_and_the_next_build_removes_it()
    {
        using (await _store.LockAsync(null, Never))
        {
            await TestImages.FillAsync(_store.NewBuildDirectory(), "killed before its name was given", Never);
        }

        // One that an older, less careful version could have left: a name, but no manifest.
        _scratch.Write($"{TestImages.Digest}/rootfs/file", "half");
        Assert.Null(_store.Find(TestImages.Digest));

        using (await _store.LockAsync(null, Never))
        {
            _store.Sweep();
        }

        Assert.Empty(Directory.EnumerateDirectories(_scratch.Path, ".building-*"));
        await PublishAsync("whole");
        Assert.Equal("whole", await File.ReadAllTextAsync(Path.Combine(_store.Find(TestImages.Digest)!.Root, "file"), Never));
    }

    [Fact]
    public async Task A_second_builder_waits_for_the_first()
    {
        var reports = new Reports();
        var first = await _store.LockAsync(null, Never);
        var second = new ImageStore(_scratch.Path).LockAsync(reports, Never);

        await Task.Delay(500, Never);
        Assert.False(second.IsCompleted);
        Assert.Contains("another process builds an image", reports.Text, StringComparison.Ordinal);

        first.Dispose();
        using var held = await second.WaitAsync(TimeSpan.FromSeconds(5), Never);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var first = await _store.LockAsync(null, Never);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.LockAsync(null, impatient.Token));
    }

    [Fact]
    public async Task While_an_image_is_replaced_there_is_always_one()
    {
        await PublishAsync("0");
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var read = 0;
            for (; !stop.IsCancellationRequested; read++)
            {
                Assert.True(File.Exists(Path.Combine(_scratch.Path, TestImages.Digest, ImageStore.ManifestFile)));
            }

            return read;
        }, Never);

        for (var i = 1; i <= 20; i++)
        {
            await PublishAsync($"{i}");
        }

        await stop.CancelAsync();
        Assert.True(await reader > 0);
        Assert.Equal("20", await File.ReadAllTextAsync(Path.Combine(_store.Find(TestImages.Digest)!.Root, "file"), Never));
        Assert.Equal([Path.Combine(_scratch.Path, TestImages.Digest)], Directory.EnumerateDirectories(_scratch.Path));
    }

    [Fact]
    public async Task A_file_cut_short_is_found_at_a_start()
    {
        var image = await PublishAsync("some bytes");
        await File.WriteAllTextAsync(Path.Combine(image.Root, "file"), "some", Never);

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => ImageStore.VerifyAsync(image, contents: false, Never));

        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
        Assert.Contains("image build --force", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_appeared_is_found_at_a_start()
    {
        var image = await PublishAsync("some bytes");
        await File.WriteAllTextAsync(Path.Combine(image.Root, "sitecustomize.py"), "", Never);

        await Assert.ThrowsAsync<ImageBuildException>(() => ImageStore.VerifyAsync(image, contents: false, Never));
    }

    [Fact]
    public async Task A_changed_byte_is_found_by_a_full_check()
    {
        var image = await PublishAsync("some bytes");
        var file = Path.Combine(image.Root, "file");
        await File.WriteAllTextAsync(file, "same bytes", Never);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);

        await ImageStore.VerifyAsync(image, contents: false, Never);
        await Assert.ThrowsAsync<ImageBuildException>(() => ImageStore.VerifyAsync(image, contents: true, Never));
    }

    [Fact]
    public async Task A_damaged_manifest_says_what_to_do()
    {
        var image = await PublishAsync("one");
        await File.WriteAllTextAsync(Path.Combine(image.Directory, ImageStore.ManifestFile), """{"schema": 1}""", Never);

        var failure = Assert.Throws<ImageBuildException>(() => _store.Find(TestImages.Digest));

        Assert.Contains("manifest.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains("image build --force", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_little_space_is_said_before_anything_is_begun()
    {
        var failure = Assert.Throws<ImageBuildException>(() => _store.RequireSpace(1L << 60));

        Assert.Contains("MiB free", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--images", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private Task<Image> PublishAsync(string content) => TestImages.PublishAsync(_store, content, Never);
}
