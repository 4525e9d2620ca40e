using System.Security.Cryptography;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

public sealed class DownloadsTests : IDisposable
{
    private static readonly byte[] s_content = RandomNumberGenerator.GetBytes(300_000);
    private static readonly string s_hash = Convert.ToHexStringLower(SHA256.HashData(s_content));

    private readonly Scratch _scratch = new();

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    private string Part => Path.Combine(_scratch.Path, $"{s_hash[..16]}-archive.tar.gz.part");

    [Fact]
    public async Task What_has_the_right_hash_is_kept_and_not_fetched_again()
    {
        await using var server = Serving(s_content);
        using var downloads = Downloads();

        var first = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);
        var second = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(first, second);
        Assert.Equal(s_content, await File.ReadAllBytesAsync(first, Never));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Something_else_stops_with_both_hashes_and_leaves_nothing()
    {
        var other = RandomNumberGenerator.GetBytes(1000);
        await using var server = Serving(other);
        using var downloads = Downloads();

        var failure = await Assert.ThrowsAsync<HashMismatchException>(() => downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never));

        Assert.Contains(s_hash, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(other)), failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_scratch.Path));
    }

    [Fact]
    public async Task Broken_off_it_goes_on_where_it_was()
    {
        await using var server = Serving(s_content);
        server.BreakOffAfter.Enqueue(100_000);
        server.BreakOffAfter.Enqueue(50_000);
        using var downloads = Downloads();

        var path = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Never));
        Assert.Equal(["GET /archive.tar.gz", "GET /archive.tar.gz from 100000", "GET /archive.tar.gz from 150000"], server.Requests);
    }

    [Fact]
    public async Task A_server_without_ranges_starts_anew()
    {
        await using var server = Serving(s_content, knowsRanges: false);
        server.BreakOffAfter.Enqueue(100_000);
        using var downloads = Downloads();

        var path = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Never));
    }

    [Fact]
    public async Task What_an_earlier_process_left_is_gone_on_with()
    {
        await using var server = Serving(s_content);
        await File.WriteAllBytesAsync(Part, s_content[..200_000], Never);
        using var downloads = Downloads();

        await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(["GET /archive.tar.gz from 200000"], server.Requests);
    }

    [Theory]
    [InlineData(200_000)] // in the middle
    [InlineData(300_000)] // as long as the whole
    [InlineData(400_000)] // longer
    public async Task A_part_of_something_else_is_not_taken_for_a_wrong_server(int length)
    {
        await using var server = Serving(s_content);
        await File.WriteAllBytesAsync(Part, new byte[length], Never);
        using var downloads = Downloads();

        var path = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Never));
    }

    [Fact]
    public async Task A_whole_part_needs_no_byte_more()
    {
        await using var server = Serving(s_content);
        await File.WriteAllBytesAsync(Part, s_content, Never);
        using var downloads = Downloads();

        var path = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Never));
    }

    [Fact]
    public async Task A_kept_file_that_was_damaged_is_fetched_again()
    {
        await using var server = Serving(s_content);
        using var downloads = Downloads();
        var path = await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);
        await File.WriteAllTextAsync(path, "damaged", Never);

        await downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never);

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path, Never));
    }

    [Fact]
    public async Task A_server_that_always_breaks_off_counts_as_not_reachable()
    {
        await using var server = Serving(s_content);
        for (var i = 0; i < 20; i++)
        {
            server.BreakOffAfter.Enqueue(10);
        }

        using var downloads = Downloads();

        await Assert.ThrowsAsync<SourceUnreachableException>(() => downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never));
        Assert.All(Directory.EnumerateFiles(_scratch.Path), path => Assert.EndsWith(".part", path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_file_is_not_asked_for_twice()
    {
        await using var server = Serving(s_content);
        using var downloads = Downloads();

        await Assert.ThrowsAsync<SourceUnreachableException>(() => downloads.GetAsync(server.Url("elsewhere"), s_hash, null, Never));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_silent_server_is_given_up()
    {
        await using var server = new FileServer { IsSilent = true };
        using var downloads = Downloads();

        await Assert.ThrowsAsync<SourceUnreachableException>(() => downloads.ProbeAsync(server.Url("archive.tar.gz"), TimeSpan.FromMilliseconds(200), Never));
        await Assert.ThrowsAsync<SourceUnreachableException>(() => downloads.GetAsync(server.Url("archive.tar.gz"), s_hash, null, Never));
    }

    public void Dispose() => _scratch.Dispose();

    private static FileServer Serving(byte[] content, bool knowsRanges = true) => new() { KnowsRanges = knowsRanges, Files = { ["/archive.tar.gz"] = content } };

    private Downloads Downloads() => new(_scratch.Path, patience: TimeSpan.FromMilliseconds(500)) { Pause = TimeSpan.Zero };
}
