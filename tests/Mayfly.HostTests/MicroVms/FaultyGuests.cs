using System.Diagnostics;
using Mayfly.HostTests.Cells;
using Mayfly.HostTests.Services;

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
        MicroVm.RequireQuick();
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
        return await StartInAsync(_scratch, s_options);
    }

    /// <summary>A service of such guests, in a directory of the caller's.</summary>
    internal static async Task<RunningService> StartInAsync(string scratch, string[] options)
    {
        File.SetUnixFileMode(scratch, (UnixFileMode)0x1C9); // 0711: the gateway's user must get through it to its own
        var app = $"{scratch}/app";
        FakeParts.CopyTree(Host.App, app);
        using (var compiler = Process.Start("/usr/bin/gcc",
            ["-std=gnu17", "-O2", "-Wall", "-Wextra", "-Werror", $"-I{Host.Repository}/cell/guest", "-static", "-o", $"{app}/guest/guest-init", $"{Host.Repository}/tests/Mayfly.HostTests/MicroVms/faulty-init.c"]))
        {
            await compiler.WaitForExitAsync();
            Assert.Equal(0, compiler.ExitCode);
        }

        return await RunningService.StartOfAsync(app, Path.GetDirectoryName(Host.Image)!, $"{scratch}/data", options);
    }
}
