using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.Faults;

/// <summary>One service for tests that leave it as they found it: its start takes longer than most of them.</summary>
public sealed class SharedService : IDisposable
{
    private const int Cells = 2;

    /// <summary>Zygotes without libraries, which would only make a cell's start longer. The load forks from each, so that one which hangs is noticed.</summary>
    public static readonly string[] BareTiers =
    [
        "--set", "Tiers:0:Name=python", "--set", "Tiers:0:Language=python", "--set", "Tiers:0:Spares=2",
        "--set", "Tiers:1:Name=javascript", "--set", "Tiers:1:Language=javascript", "--set", "Tiers:1:Spares=2",
    ];

    private RunningService? _service;

    /// <summary>The service, with every cell up.</summary>
    internal async Task<RunningService> ReadyAsync()
    {
        _service ??= await RunningService.StartAsync(["--cells", "2", "--set", "Log:Level=Warning", .. BareTiers]);
        await RunningService.EventuallyAsync(() => Parts.Of(_service, Part.JavaScriptZygote).Count >= Cells && _service.CellsUpAsync().Result == Cells, "not every cell is up");
        return _service;
    }

    public void Dispose() => _service?.Dispose();
}
