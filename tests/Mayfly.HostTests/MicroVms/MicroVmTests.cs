using System.Globalization;
using System.Net;
using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>The service on real micro-VMs: what programs see, what QEMU may, and what is left when one dies.</summary>
public sealed class MicroVmTests
{
    [Fact, Trait("Speed", "slow")]
    public async Task Programs_run_on_a_kernel_of_their_own_in_a_QEMU_that_may_nothing_and_a_killed_one_is_replaced()
    {
        MicroVm.Require();
        var service = await RunningService.StartInAsync(Directory.CreateTempSubdirectory("mayfly-service-").FullName, MicroVm.Options);
        using (service)
        {
            await ProgramsSeeTheGuestAsync(service);
            await ClockIsRightAndNothingRepeatsAsync(service);
            QemuMayNothing(MicroVm.QemuOf(service));
            await KilledQemuIsReplacedAsync(service);

            Assert.Equal(0, await service.TerminateAsync());
            Assert.Empty(service.Processes());
            Assert.Empty(service.Cgroups());
            Assert.Empty(service.Mounts());
        }
    }

    private static async Task ProgramsSeeTheGuestAsync(RunningService service)
    {
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
        Assert.NotEqual(MicroVm.Kernel, (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim());

        Assert.Equal(MicroVm.Kernel + "\n", await OutputAsync(service, "console.log(require('os').release())", "javascript"));
    }

    private static async Task ClockIsRightAndNothingRepeatsAsync(RunningService service)
    {
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

    private static void QemuMayNothing(int qemu)
    {
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

    private static async Task KilledQemuIsReplacedAsync(RunningService service)
    {
        var before = MicroVm.QemuOf(service);
        var running = service.AskAsync("import time; time.sleep(30)");
        await Task.Delay(4000);
        await RunningService.SignalAsync("KILL", before);

        // One that had not started by then is tried again on the next cell, and ends at its time limit.
        var (status, body) = await running;
        if (status == 200)
        {
            Assert.True(body.GetProperty("timedOut").GetBoolean(), body.ToString());
        }
        else
        {
            Assert.Equal((int)HttpStatusCode.InternalServerError, status);
            Assert.Equal(("infrastructure_failure", 0m), (body.GetProperty("code").GetString(), body.TryGetProperty("cost", out var cost) ? cost.GetDecimal() : 0));
        }

        await RunningService.EventuallyAsync(() => !Directory.Exists($"/proc/{before}"), "the killed QEMU is buried");
        await RunningService.EventuallyAsync(() => service.CellsUpAsync().Result == 1 && service.Processes().Exists(process => process != before && MicroVm.IsQemu(process)), "another micro-VM takes its place", RunningService.HangOfGuest);
        Assert.Equal("1\n", await OutputAsync(service, "print(1)"));
    }

    private static async Task<string> OutputAsync(RunningService service, string code, string language = "python")
    {
        var result = await service.ExecuteAsync(code, language);
        Assert.True(result.GetProperty("exitCode").GetInt32() == 0, result.ToString());
        return result.GetProperty("stdout").GetString()!;
    }
}
