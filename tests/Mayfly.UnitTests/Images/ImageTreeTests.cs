using System.Diagnostics;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

public sealed class ImageTreeTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("4755", "set-uid")]
    [InlineData("2755", "set-gid")]
    [InlineData("666", "others may write")]
    [InlineData("664", "others may write")]
    [InlineData("640", "not everybody may read")]
    public async Task A_file_with_too_many_or_too_few_rights_breaks_a_rule(string mode, string problem)
    {
        Scratch.SetMode(_scratch.Write("bin/tool", ""), mode);

        Assert.Contains(await ViolationsAsync(), violation => violation.StartsWith("/bin/tool ", StringComparison.Ordinal) && violation.Contains(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1777", "sticky")]
    [InlineData("775", "others may write")]
    [InlineData("744", "not everybody may enter")]
    public async Task A_folder_with_too_many_or_too_few_rights_breaks_a_rule(string mode, string problem)
    {
        _scratch.Write("tmp/file", "");
        Scratch.SetMode(Path.Combine(_scratch.Path, "tmp"), mode);

        Assert.Contains(await ViolationsAsync(), violation => violation.StartsWith("/tmp ", StringComparison.Ordinal) && violation.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipe_breaks_a_rule()
    {
        using var mkfifo = Process.Start("mkfifo", [Path.Combine(_scratch.Path, "pipe")]);
        await mkfifo.WaitForExitAsync(Never);

        Assert.Contains(await ViolationsAsync(), violation => violation.StartsWith("/pipe is neither", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_everybody_may_read_and_nobody_write_breaks_none()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "files of an image belong to root: needs root");
        Scratch.SetMode(_scratch.Write("usr/bin/tool", ""), "755");
        File.CreateSymbolicLink(Path.Combine(_scratch.Path, "bin"), "usr/bin");
        Scratch.SetMode(_scratch.Path, "755");

        Assert.Empty(await ViolationsAsync());
    }

    [Fact]
    public async Task A_link_is_described_and_not_followed()
    {
        var outside = new Scratch();
        outside.Write("secret", "1");
        File.CreateSymbolicLink(Path.Combine(_scratch.Path, "link"), outside.Path);
        var before = await (await ImageTree.ReadAsync(_scratch.Path, Never)).ContentsDigestAsync(Never);

        outside.Write("secret", "2");
        var after = await (await ImageTree.ReadAsync(_scratch.Path, Never)).ContentsDigestAsync(Never);
        File.Delete(Path.Combine(_scratch.Path, "link"));
        File.CreateSymbolicLink(Path.Combine(_scratch.Path, "link"), "elsewhere");
        var elsewhere = (await ImageTree.ReadAsync(_scratch.Path, Never)).ListingDigest();

        Assert.Equal(before, after);
        Assert.NotEqual(before, elsewhere);
        outside.Dispose();
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<IReadOnlyList<string>> ViolationsAsync() => [.. (await ImageTree.ReadAsync(_scratch.Path, Never)).Violations()];
}
