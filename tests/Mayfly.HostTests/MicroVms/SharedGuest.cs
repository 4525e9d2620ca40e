using Mayfly.HostTests.Services;

namespace Mayfly.HostTests.MicroVms;

/// <summary>A service on one micro-VM, for tests that look at it and leave it as they found it: emulated, a guest boots for most of a minute, or two.</summary>
/// <remarks>Python is forked from a warm interpreter, JavaScript started for each execution: both ways, in one guest.</remarks>
public sealed class SharedGuest : IDisposable
{
    private RunningService? _service;

    /// <summary>Options of a service of which one language is warm.</summary>
    internal static string[] WarmOnly(string language) =>
    [
        .. MicroVm.Options.Select(option => option == "false" ? "true" : option), "--set", "Limits:TimeMs=60000",
        "--set", $"Tiers:0:Name={language}", "--set", $"Tiers:0:Language={language}", "--set", "Tiers:0:Spares=2",
    ];

    /// <summary>The service, with its guest up.</summary>
    internal async Task<RunningService> ReadyAsync()
    {
        MicroVm.Require();
        return _service ??= await RunningService.StartInAsync(Directory.CreateTempSubdirectory("mayfly-service-").FullName, WarmOnly("python"));
    }

    public void Dispose() => _service?.Dispose();
}

/// <summary>The tests that share it, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class SharingOneGuest : ICollectionFixture<SharedGuest>
{
    public const string Name = "one micro-VM";
}
