using System.Diagnostics;
using System.Text.Json;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Faults;

/// <summary>What is wrong from the start, or too much at once.</summary>
public sealed class StartFaultTests
{
    [Theory]
    [InlineData("shorter", "is damaged")]
    [InlineData("missing", "is damaged")]
    [InlineData("other contents in the manifest", "is damaged")]
    [InlineData("no manifest", "image")]
    public async Task A_corrupt_image_is_refused_with_the_remedy(string damage, string said)
    {
        RunningService.Require();
        using var copy = ImageCopy.Mount();
        switch (damage)
        {
            case "shorter":
                using (var interpreter = File.OpenWrite(File.ResolveLinkTarget($"{copy.Root}/usr/bin/python3", returnFinalTarget: true)!.FullName)) interpreter.SetLength(1000);
                break;
            case "missing":
                File.Delete($"{copy.Root}/usr/bin/env");
                break;
            case "other contents in the manifest":
                var manifest = $"{Path.GetDirectoryName(copy.Root)}/manifest.json";
                var listing = JsonDocument.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken)).RootElement.GetProperty("content").GetProperty("listing").GetString()!;
                await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken)).Replace(listing, new string('0', listing.Length), StringComparison.Ordinal), TestContext.Current.CancellationToken);
                break;
            default:
                File.Delete($"{Path.GetDirectoryName(copy.Root)}/manifest.json");
                break;
        }

        var data = Directory.CreateTempSubdirectory("mayfly-service-").FullName;
        using var serve = Process.Start(new ProcessStartInfo("dotnet", [$"{Host.App}/mayfly.dll", "serve", "--listen", "127.0.0.1:0", "--data", data, "--images", copy.Images]) { RedirectStandardError = true })!;
        var errors = await serve.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await serve.WaitForExitAsync(TestContext.Current.CancellationToken);
        Directory.Delete(data, recursive: true);

        Assert.NotEqual(0, serve.ExitCode);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.Contains("mayfly image build", errors, StringComparison.Ordinal);
    }

    // Three for each core that the smallest machine has, each with a slot: they come up a few at a time, and end as one.
    [Fact, Trait("Speed", "slow")]
    public async Task More_cells_than_cores_come_up_and_leave_nothing()
    {
        const int Cells = 6;
        var begin = Stopwatch.GetTimestamp();
        using var service = await RunningService.StartAsync("--cells", "6", "--slots", "1", "--warm", "false");
        var ready = Stopwatch.GetElapsedTime(begin);

        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == Cells, "not every cell came up");

        TestContext.Current.TestOutputHelper!.WriteLine($"ready after {ready.TotalSeconds:0.0} s, all {Cells} after {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s");
        await using (var load = await FaultLoad.StartAsync(service)) await load.EndAsync();
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Empty(service.Processes());
        Assert.Empty(service.Cgroups());
    }
}
