using System.Diagnostics;
using System.Globalization;
using Mayfly.HostTests.Faults;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>The disk of running micro-VMs is cut short: they are ended before they answer wrongly, no other starts, and all comes back with the disk.</summary>
[Trait("Speed", "slow")]
public sealed class ChangedDiskTests
{
    private static readonly string[] s_options = [.. MicroVm.Options, "--set", "Limits:TimeMs=60000"];

    [Fact]
    public async Task Disk_cut_short_under_running_guests_ends_them_and_is_refused_by_name_until_it_is_whole()
    {
        MicroVm.RequireQuick();
        using var copy = ImageCopy.Mount();
        var disk = $"{Path.GetDirectoryName(copy.Root)}-guest/root.erofs";
        // In the layer that takes changes from the start: the guests' disk, and not one that is like it.
        File.Copy(disk, $"{disk}.new");
        File.Move($"{disk}.new", disk, overwrite: true);
        var data = Directory.CreateTempSubdirectory("mayfly-service-").FullName;
        using var service = await RunningService.StartOfAsync(Host.App, copy.Images, data, s_options);
        await using var load = await FaultLoad.StartAsync(service, clients: 3);
        var qemu = MicroVm.QemuOf(service);
        var whole = new FileInfo(disk).Length;
        load.LongestGap();
        var begin = Stopwatch.GetTimestamp();

        await using (var file = File.OpenWrite(disk)) file.SetLength(whole / 2);

        await RunningService.EventuallyAsync(() => !File.Exists($"/proc/{qemu}/stat"), "the guest whose disk was cut short runs on");
        var ended = Stopwatch.GetElapsedTime(begin);
        await RunningService.EventuallyAsync(() => service.Log.Contains($"root.erofs: {whole / 2} bytes, and it was made with {whole}", StringComparison.Ordinal), "the disk is refused by name");
        Assert.DoesNotContain(service.Processes(), MicroVm.IsQemu);
        Assert.False(await service.IsReadyAsync());

        await MendAsync(disk, whole);
        begin = Stopwatch.GetTimestamp();

        await RunningService.EventuallyAsync(() => service.IsReadyAsync().Result, $"it did not come back with its disk: {load}", service.Patience);
        await load.GoesOnAsync();
        var recovered = Stopwatch.GetElapsedTime(begin);
        await load.EndAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| disk cut short | gone after {ended.TotalSeconds:0.0} s | | 20 right answers {recovered.TotalSeconds:0.0} s after it was whole again | {load.Right} right, {load.Refused} refused |"));
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Empty(service.Processes());
        Assert.Empty(service.Cgroups());
        Assert.Empty(service.Mounts());
    }

    // What was cut off is in the original.
    private static async Task MendAsync(string disk, long whole)
    {
        await using var original = File.OpenRead($"{MicroVm.Part}/root.erofs");
        await using var file = File.OpenWrite(disk);
        original.Position = file.Position = whole / 2;
        await original.CopyToAsync(file);
    }
}
