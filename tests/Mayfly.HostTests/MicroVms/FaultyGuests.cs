using System.Diagnostics;
using Mayfly.HostTests.Cells;
using Mayfly.HostTests.Services;
using Mayfly.Protocol;

namespace Mayfly.HostTests.MicroVms;

/// <summary>A service on micro-VMs whose PID 1 breaks its guest when a program asks for it: one in service, one standing by.</summary>
/// <remarks>Shared by tests that leave it as they found it: emulated, a guest boots for most of a minute.</remarks>
public sealed class FaultyGuests : IDisposable
{
    /// <summary>One in service, one that stands by.</summary>
    public const int Guests = 2;

    // Programs here are to be right, however slow: no limit of theirs is what ends them.
    private static readonly string[] s_options =
    [
        "--launcher", "microvm", "--cells", "1", "--slots", "2", "--warm", "false", "--set", "StandbyCells=1", "--set", "Queue:WaitMs=60000",
        "--set", "Limits:CpuQuotaUs=100000", "--set", "Limits:TimeMs=60000",
    ];

    private string? _scratch;
    private RunningService? _service;

    /// <summary>The service, with every guest up.</summary>
    internal async Task<RunningService> ReadyAsync()
    {
        MicroVm.Require();
        // Ten minutes for what takes KVM one.
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("MAYFLY_TEST_CHAOS") is { Length: > 0 } || KvmSupport.Lack() is null, "guests are emulated here, and each fault takes minutes: ./mayfly chaos microvms runs this");
        _service ??= await StartAsync();
        await RunningService.EventuallyAsync(() => _service.CellsUpAsync().Result == Guests, "not every guest is up", RunningService.HangOfGuest);
        return _service;
    }

    public void Dispose()
    {
        _service?.Dispose();
        if (_scratch is not null) Directory.Delete(_scratch, recursive: true);
    }

    private async Task<RunningService> StartAsync()
    {
        _scratch = Directory.CreateTempSubdirectory("mayfly-guests-").FullName;
        File.SetUnixFileMode(_scratch, (UnixFileMode)0x1C9); // 0711: the gateway's user must get through it to its own
        var app = $"{_scratch}/app";
        FakeParts.CopyTree(Host.App, app);
        using (var compiler = Process.Start("/usr/bin/gcc",
            ["-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", $"-I{Host.Repository}/cell/guest", "-static", "-o", $"{app}/guest/guest-init", $"{Host.Repository}/tests/Mayfly.HostTests/MicroVms/faulty-init.c"]))
        {
            await compiler.WaitForExitAsync();
            Assert.Equal(0, compiler.ExitCode);
        }

        return await RunningService.StartOfAsync(app, Path.GetDirectoryName(Host.Image)!, $"{_scratch}/data", s_options);
    }
}
