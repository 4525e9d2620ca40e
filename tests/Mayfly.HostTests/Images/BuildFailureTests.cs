using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mayfly.Images;
using Mayfly.UnitTests.Images;

namespace Mayfly.HostTests.Images;

/// <summary>What only a real disk, mount or npm can get wrong.</summary>
public sealed class BuildFailureTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_fills_up_during_a_download_is_named_and_nothing_is_kept()
    {
        await using var disk = await SmallDisk.MountAsync(_scratch, "1m");
        var content = RandomNumberGenerator.GetBytes(4 << 20);
        await using var server = new FileServer { Files = { ["/python.tar.gz"] = content } };
        using var downloads = new Downloads(disk.Path);

        var failure = await Assert.ThrowsAsync<ImageBuildException>(
            () => downloads.GetAsync(server.Url("python.tar.gz"), Convert.ToHexStringLower(SHA256.HashData(content)), null, Never));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Contains(disk.Path, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task A_small_disk_stops_the_build_before_it_begins()
    {
        Assert.SkipUnless(ImagePrerequisite.Missing().Count == 0, "needs what builds an image");
        await using var disk = await SmallDisk.MountAsync(_scratch, "8m");

        var failure = await Assert.ThrowsAsync<ImageBuildException>(
            () => ImageBuilder.BuildAsync(new ImageBuildOptions { ImagesDirectory = disk.Path, Provider = PythonProvider.Distribution }, new Reports(), Never));

        Assert.Contains("8 MiB free; building an image takes up to", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)] // a container cell
    [InlineData(true)] // micro-VMs have the folder of their part whole
    public async Task An_image_that_a_cell_runs_on_stays_when_it_is_replaced(bool whole)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: mounts");
        var store = new ImageStore(Path.Combine(_scratch.Path, "images"));
        var old = await TestImages.PublishAsync(store, "old", Never);

        // Its own mount namespace, as a cell has.
        var cell = Process.Start(new ProcessStartInfo("unshare", ["--mount", "/bin/sh", "-c", "mount --bind \"$0\" /mnt && echo ready && read wait; cat \"/mnt/$1\"", whole ? old.Directory : old.Root, whole ? $"{ImageStore.RootDirectory}/file" : "file"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", await cell.StandardOutput.ReadLineAsync(Never));
        var replaced = await TestImages.PublishAsync(store, "new", Never);
        await cell.StandardInput.WriteLineAsync();

        Assert.Equal("old", await cell.StandardOutput.ReadToEndAsync(Never));
        await cell.WaitForExitAsync(Never);
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(replaced.Root, "file"), Never));
        Assert.Single(Directory.EnumerateDirectories(store.Directory, ".replaced-*"));

        using (await store.LockAsync(null, Never))
        {
            store.Sweep();
        }

        Assert.Empty(Directory.EnumerateDirectories(store.Directory, ".replaced-*"));
    }

    [Fact]
    public async Task What_is_mounted_in_an_unfinished_build_is_not_removed_with_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: mounts");
        var store = new ImageStore(Path.Combine(_scratch.Path, "images"));
        Directory.CreateDirectory(store.Directory);
        var theirs = _scratch.Write("theirs/file", "not ours");
        var mountPoint = Directory.CreateDirectory(Path.Combine(store.NewBuildDirectory(), "rootfs")).FullName;
        await new ExternalProgram("mount", "--bind", Path.GetDirectoryName(theirs)!, mountPoint).RunAsync(Never);

        try
        {
            var failure = Assert.Throws<ImageBuildException>(store.Sweep);

            Assert.Contains("something is mounted in it", failure.Message, StringComparison.Ordinal);
            Assert.True(File.Exists(theirs));
        }
        finally
        {
            await new ExternalProgram("umount", mountPoint).RunAsync(CancellationToken.None);
        }

        store.Sweep();
        Assert.Empty(Directory.EnumerateDirectories(store.Directory));
    }

    [Fact]
    public async Task A_build_that_is_killed_leaves_no_mount()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && ImagePrerequisite.Missing().Count == 0, "needs root and what builds an image");
        var recipe = ImageRecipe.Load(ImageRecipe.ShippedDirectory);
        var build = Directory.CreateDirectory(Path.Combine(_scratch.Path, "build")).FullName;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Never);
        var mounted = new TaskCompletionSource();
        var making = DebianRoot.MakeAsync(recipe, PythonProvider.Distribution, build, new WhenSaid("installing essential", mounted), stop.Token);

        Assert.Same(mounted.Task, await Task.WhenAny(mounted.Task, making));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);
        Assert.DoesNotContain(build, await File.ReadAllTextAsync("/proc/self/mountinfo", Never), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tied_program_ends_with_the_process_that_started_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: namespaces");
        var mark = $"7{Random.Shared.Next(100_000, 999_999)}";
        var program = new ExternalProgram("/bin/sh", "-c", $"setsid sleep {mark} & sleep {mark}");
        using var running = Process.Start(new ProcessStartInfo("unshare", program.TiedArguments) { RedirectStandardInput = true })!;
        await UntilAsync(() => Sleepers(mark) == 2);

        // What the kernel does when a process is killed: it closes its end of the pipe.
        running.StandardInput.Close();

        await running.WaitForExitAsync(Never);
        Assert.Equal(0, Sleepers(mark));
    }

    [Fact]
    public async Task A_tied_program_gives_its_output_and_exit_code()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: namespaces");

        Assert.Equal("said\n", await (new ExternalProgram("echo", "said") { IsTied = true }).RunAsync(Never));
        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => (new ExternalProgram("/bin/sh", "-c", "exit 7") { IsTied = true }).RunAsync(Never));
        Assert.Contains("exit code 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_npm_package_with_another_hash_stops_with_both_hashes()
    {
        Assert.SkipUnless(ImagePrerequisite.Missing().All(one => one.Program != "npm"), "needs npm");
        await using var registry = new FileServer();
        var tarball = await PackAsync("""{"name": "lodash", "version": "1.0.0"}""");
        var actual = "sha512-" + Convert.ToBase64String(SHA512.HashData(tarball));
        var locked = "sha512-" + Convert.ToBase64String(SHA512.HashData("what was reviewed"u8));
        registry.Files["/lodash/-/lodash-1.0.0.tgz"] = tarball;
        registry.Files["/lodash"] = Encoding.UTF8.GetBytes($$"""
            {"name": "lodash", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"name": "lodash", "version": "1.0.0",
             "dist": {"tarball": "{{registry.Url("lodash/-/lodash-1.0.0.tgz")}}", "integrity": "{{actual}}"} } } }
            """);
        var recipe = WriteRecipe(locked);

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => NodePackages.FetchAsync(
            recipe, Directory.CreateDirectory(Path.Combine(_scratch.Path, "stage")).FullName, Never, registry.Address));

        Assert.Contains(locked, failure.Message, StringComparison.Ordinal);
        Assert.Contains(actual, failure.Message, StringComparison.Ordinal);
        Assert.Contains("EINTEGRITY", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    private ImageRecipe WriteRecipe(string integrity)
    {
        var recipe = Recipes.Write(_scratch, ImageRecipe.Load(ImageRecipe.ShippedDirectory).Python);
        var dependencies = new JsonObject { ["lodash"] = "1.0.0" };
        File.WriteAllText(Path.Combine(recipe.Directory, "package.json"), new JsonObject { ["name"] = "x", ["dependencies"] = dependencies }.ToJsonString());
        File.WriteAllText(Path.Combine(recipe.Directory, "package-lock.json"), new JsonObject
        {
            ["name"] = "x",
            ["lockfileVersion"] = 3,
            ["packages"] = new JsonObject
            {
                [""] = new JsonObject { ["name"] = "x", ["dependencies"] = dependencies.DeepClone() },
                ["node_modules/lodash"] = new JsonObject { ["version"] = "1.0.0", ["integrity"] = integrity },
            },
        }.ToJsonString());
        return recipe;
    }

    private async Task<byte[]> PackAsync(string packageJson)
    {
        _scratch.Write("pack/package/package.json", packageJson);
        var tarball = Path.Combine(_scratch.Path, "package.tgz");
        await new ExternalProgram("tar", "--create", "--gzip", "--file", tarball, "--directory", Path.Combine(_scratch.Path, "pack"), "package").RunAsync(Never);
        return await File.ReadAllBytesAsync(tarball, Never);
    }

    private static int Sleepers(string mark) => Process.GetProcessesByName("sleep").Count(sleeper => CommandLine(sleeper.Id).Contains(mark, StringComparison.Ordinal));

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(100, Never);
        }

        Assert.True(condition());
    }

    private sealed class WhenSaid(string words, TaskCompletionSource said) : IProgress<string>
    {
        public void Report(string value)
        {
            if (value.Contains(words, StringComparison.Ordinal))
            {
                said.TrySetResult();
            }
        }
    }

    private sealed class SmallDisk(string path) : IAsyncDisposable
    {
        public string Path { get; } = path;

        public static async Task<SmallDisk> MountAsync(Scratch scratch, string size)
        {
            Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: mounts a small tmpfs");
            var path = Directory.CreateDirectory(System.IO.Path.Combine(scratch.Path, "disk")).FullName;
            await new ExternalProgram("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", path).RunAsync(Never);
            return new SmallDisk(path);
        }

        public async ValueTask DisposeAsync() => await new ExternalProgram("umount", Path).RunAsync(CancellationToken.None);
    }
}
