using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

/// <summary>With an archive whose interpreter is a shell script that plays pip: what it answers is the case.</summary>
public sealed class ProviderChoiceTests : IDisposable
{
    private const string Wheel = "numpy-2.2.6-cp312-cp312-linux.whl";
    private const string WheelContent = "the wheel";

    private readonly Scratch _scratch = new();
    private readonly Reports _reports = new();

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_sources_reached_gives_Python_3_12()
    {
        await using var server = new FileServer();

        var decision = await DecideAsync(server, pip: $"printf '{WheelContent}' > \"$wheels/{Wheel}\"");

        Assert.Equal(PythonProvider.Standalone, decision.Provider);
        Assert.True(File.Exists(Path.Combine(_scratch.Path, "stage/python/python/bin/python3")));
        Assert.True(File.Exists(Path.Combine(_scratch.Path, "stage/python/wheels", Wheel)));
    }

    [Fact]
    public async Task No_archive_gives_the_distributions_Python_and_says_why()
    {
        await using var server = new FileServer();

        var decision = await DecideAsync(server, pip: "exit 0", serveArchive: false);

        Assert.Equal(PythonProvider.Distribution, decision.Provider);
        Assert.Contains("CPython 3.12.14 could not be had", decision.Why, StringComparison.Ordinal);
        Assert.Contains("404", decision.Why, StringComparison.Ordinal);
        Assert.Contains(decision.Why, _reports.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_gives_the_distributions_Python()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();

        var decision = await DecideAsync(new Uri($"http://127.0.0.1:{port}/python.tar.gz"), new string('0', 64), null);

        Assert.Equal(PythonProvider.Distribution, decision.Provider);
        Assert.Contains("127.0.0.1", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_package_index_gives_the_distributions_Python_and_pips_last_word()
    {
        await using var server = new FileServer();

        var decision = await DecideAsync(server, pip: "echo 'WARNING: Retrying' >&2; echo 'ERROR: No matching distribution found for numpy==2.2.6' >&2; exit 1");

        Assert.Equal(PythonProvider.Distribution, decision.Provider);
        Assert.EndsWith("pip's index cannot be reached or lacks a wheel: ERROR: No matching distribution found for numpy==2.2.6", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_with_another_hash_stops_although_there_is_another_provider()
    {
        await using var server = new FileServer();

        var failure = await Assert.ThrowsAsync<HashMismatchException>(() => DecideAsync(server, pip: "exit 0", archiveHash: new string('a', 64)));

        Assert.Equal(new string('a', 64), failure.Expected);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(server.Files["/python.tar.gz"])), failure.Actual);
    }

    [Fact]
    public async Task A_wheel_with_another_hash_stops_with_both_hashes()
    {
        await using var server = new FileServer();

        var failure = await Assert.ThrowsAsync<HashMismatchException>(() => DecideAsync(server, pip: $"printf 'another wheel' > \"$wheels/{Wheel}\""));

        Assert.Contains(WheelHash, failure.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData("another wheel"u8)), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wheel_that_pip_finds_changed_stops_with_what_pip_says()
    {
        await using var server = new FileServer();

        var failure = await Assert.ThrowsAsync<ImageBuildException>(() => DecideAsync(
            server,
            pip: "echo 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.' >&2; echo 'Expected sha256 aaaa' >&2; echo 'Got bbbb' >&2; exit 1"));

        Assert.Contains("Expected sha256 aaaa", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Got bbbb", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_for_by_name_the_distributions_Python_asks_no_network()
    {
        await using var server = new FileServer();

        var decision = await DecideAsync(server, pip: "exit 0", wanted: PythonProvider.Distribution);

        Assert.Equal(new ProviderDecision(PythonProvider.Distribution, "it was asked for by setting"), decision);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Asked_for_by_name_Python_3_12_is_not_replaced_by_another()
    {
        await using var server = new FileServer();

        await Assert.ThrowsAsync<SourceUnreachableException>(() => DecideAsync(server, pip: "exit 0", serveArchive: false, wanted: PythonProvider.Standalone));
    }

    [Fact]
    public async Task An_architecture_without_locked_wheels_gives_the_distributions_Python()
    {
        await using var server = new FileServer();

        var decision = await DecideAsync(server, pip: "exit 0", architecture: "aarch64");

        Assert.Equal(PythonProvider.Distribution, decision.Provider);
        Assert.Contains("for aarch64", decision.Why, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("automatic", null)]
    [InlineData("standalone", PythonProvider.Standalone)]
    [InlineData("distribution", PythonProvider.Distribution)]
    internal void A_provider_is_set_by_name(string? name, PythonProvider? expected) => Assert.Equal(expected, PythonProviderNames.Parse(name));

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var failure = Assert.Throws<ImageBuildException>(() => PythonProviderNames.Parse("conda"));

        Assert.Equal("""there is no image provider "conda". One of: automatic, standalone, distribution""", failure.Message);
    }

    public void Dispose() => _scratch.Dispose();

    private static string WheelHash => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(WheelContent)));

    private async Task<ProviderDecision> DecideAsync(
        FileServer server, string pip, bool serveArchive = true, string? archiveHash = null, PythonProvider? wanted = null, string architecture = "x86_64")
    {
        var archive = await MakeArchiveAsync(pip);
        if (serveArchive)
        {
            server.Files["/python.tar.gz"] = archive;
        }

        return await DecideAsync(server.Url("python.tar.gz"), archiveHash ?? Convert.ToHexStringLower(SHA256.HashData(archive)), wanted, architecture);
    }

    private async Task<ProviderDecision> DecideAsync(Uri url, string archiveHash, PythonProvider? wanted, string architecture = "x86_64")
    {
        var interpreter = new LockedInterpreter("CPython", "3.12.14", new Dictionary<string, LockedArchive> { [architecture] = new(url, archiveHash) });
        var wheels = new LockedWheels { X64 = [new LockedWheel("numpy", "2.2.6", Wheel, WheelHash)] };
        var recipe = Recipes.Write(_scratch, new PythonLock(interpreter, wheels), architecture);
        using var downloads = new Downloads(Path.Combine(_scratch.Path, "downloads"), patience: TimeSpan.FromSeconds(2)) { Pause = TimeSpan.Zero };
        var stage = Directory.CreateDirectory(Path.Combine(_scratch.Path, "stage")).FullName;

        return await ProviderChoice.DecideAsync(wanted, isThere: false, new StandalonePython(recipe, downloads), stage, _reports, Never);
    }

    private async Task<byte[]> MakeArchiveAsync(string pip)
    {
        var script = _scratch.Write("archive/python/bin/python3", $"""
            #!/bin/sh
            for wheels; do :; done
            {pip}
            """);
        Scratch.SetMode(script, "755");
        var archive = Path.Combine(_scratch.Path, "made.tar.gz");
        using var tar = Process.Start("tar", ["--create", "--gzip", "--file", archive, "--directory", Path.Combine(_scratch.Path, "archive"), "python"]);
        await tar.WaitForExitAsync(Never);
        return await File.ReadAllBytesAsync(archive, Never);
    }
}
