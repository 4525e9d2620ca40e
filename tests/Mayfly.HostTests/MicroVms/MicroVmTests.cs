using System.Globalization;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>The service on real micro-VMs: what programs see, what QEMU may, and what is left when one dies.</summary>
[Collection(SharingOneGuest.Name), Trait("Speed", "slow")]
public sealed class MicroVmTests(SharedGuest guest)
{
    [Fact]
    public async Task Programs_see_a_kernel_of_their_own()
    {
        var service = await guest.ReadyAsync();
        const string Look = """
            import os
            print(os.uname().release)
            print(open('/proc/version').read().split()[2])
            print(repr(open('/proc/cmdline').read()))
            print(sorted(os.listdir('/dev')))
            try:
                open('/dev/kmsg')
            except OSError as e:
                print(type(e).__name__)
            """;
        var seen = await OutputAsync(service, Look);
        Assert.Equal(
            [MicroVm.Kernel, MicroVm.Kernel, "''", "['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'urandom', 'zero']", "FileNotFoundError", ""],
            seen.Split('\n'));
        Assert.NotEqual(MicroVm.Kernel, (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", TestContext.Current.CancellationToken)).Trim());

        Assert.Equal(MicroVm.Kernel + "\n", await OutputAsync(service, "console.log(require('os').release())", "javascript"));
    }

    [Fact]
    public async Task Clock_is_right_and_nothing_repeats()
    {
        var service = await guest.ReadyAsync();
        const string Tell = "import time, os, random; t = sorted({time.monotonic_ns() for _ in range(2000)}); print(time.time(), len(t), os.urandom(16).hex(), random.getrandbits(64))";
        var before = DateTimeOffset.UtcNow;
        var first = (await OutputAsync(service, Tell)).Split();
        var after = DateTimeOffset.UtcNow;
        var second = (await OutputAsync(service, Tell)).Split();

        // The guest has read it from a clock of whole seconds, and has run for most of a minute: one that counts timer ticks loses more.
        var clock = DateTimeOffset.FromUnixTimeMilliseconds((long)(1000 * double.Parse(first[0], CultureInfo.InvariantCulture)));
        var tolerance = TimeSpan.FromSeconds(2.5);
        Assert.InRange(clock, before - tolerance, after + tolerance);
        Assert.InRange(int.Parse(first[1], CultureInfo.InvariantCulture), 100, 2000);
        Assert.NotEqual(first[2], second[2]);
        Assert.NotEqual(first[3], second[3]);
    }

    [Fact]
    public async Task QEMU_has_no_right_network_or_device_that_is_not_named()
    {
        var qemu = MicroVm.QemuOf(await guest.ReadyAsync());
        var status = File.ReadLines($"/proc/{qemu}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.Ordinal);
        Assert.All(status["Uid"].Split('\t'), uid => Assert.InRange(long.Parse(uid, CultureInfo.InvariantCulture), 0x7000_0001L, 0x7FFF_FFFFL));
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) Assert.Equal(new string('0', 16), status[set]);
        Assert.Equal(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]));
        Assert.True(int.Parse(status["Seccomp_filters"], CultureInfo.InvariantCulture) >= 2, "the cell's filter and QEMU's own");

        foreach (var name in (string[])["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"])
        {
            Assert.NotEqual(new FileInfo($"/proc/self/ns/{name}").LinkTarget, new FileInfo($"/proc/{qemu}/ns/{name}").LinkTarget);
        }

        Assert.Equal(["lo"], File.ReadLines($"/proc/{qemu}/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()));
        string[] places = [.. Directory.EnumerateFileSystemEntries($"/proc/{qemu}/root").Select(path => Path.GetFileName(path))];
        Assert.Empty(places.Except(["dev", "guest", "initrd", "lib", "lib64", "proc", "usr"]));
        Assert.Empty(Directory.EnumerateFiles($"/proc/{qemu}/root/dev").Select(path => Path.GetFileName(path)).Except(["full", "kvm", "null", "random", "urandom", "zero"]));
    }

    /// <summary>Nobody waits for a boot here; what is answered meanwhile, and that the next one serves, is <see cref="MicroVmFaultTests"/>'.</summary>
    [Fact]
    public async Task QEMU_that_is_killed_is_followed_by_another_and_a_service_that_ends_while_it_boots_leaves_nothing()
    {
        MicroVm.Require();
        using var service = RunningService.Launch(Host.App, MicroVm.Options);
        await RunningService.EventuallyAsync(() => service.Processes().Exists(MicroVm.IsQemu), "no QEMU is started", service.Patience);
        var first = MicroVm.QemuOf(service);

        await RunningService.SignalAsync("KILL", first);

        await RunningService.EventuallyAsync(() => !Directory.Exists($"/proc/{first}"), "the killed QEMU is not buried", service.Patience);
        await RunningService.EventuallyAsync(() => service.Processes().Exists(MicroVm.IsQemu), "no other takes its place", service.Patience);
        Assert.Equal(0, await service.TerminateAsync());
        Assert.Empty(service.Processes());
        Assert.Empty(service.Cgroups());
        Assert.Empty(service.Mounts());
    }

    private static async Task<string> OutputAsync(RunningService service, string code, string language = "python")
    {
        var result = await service.ExecuteAsync(code, language);
        Assert.True(result.GetProperty("exitCode").GetInt32() == 0, result.ToString());
        return result.GetProperty("stdout").GetString()!;
    }
}
