using System.Diagnostics;
using System.Text.Json;

namespace Mayfly.HostTests.Services;

/// <summary>A service that misses a layer: it takes no work, or works because the operator gave that layer up by its name, and says so wherever somebody may look.</summary>
/// <remarks>The layer is the filter of this very build: a service with another one, as strict, is what can be had on any machine.</remarks>
public sealed class WeakerModeTests : IDisposable
{
    private const string Layer = "seccomp.policy";

    private static readonly string[] s_small = ["--cells", "1", "--slots", "2", "--warm", "false"];

    private readonly string _app = Directory.CreateTempSubdirectory("mayfly-app-").FullName;

    public void Dispose() => Directory.Delete(_app, recursive: true);

    [Fact]
    public async Task Missing_layer_keeps_the_service_from_work_and_is_named_with_the_remedy()
    {
        MakeApp();
        using var service = RunningService.Launch(_app, s_small);

        await RunningService.EventuallyAsync(() => service.ReadinessAsync().Result?.Contains("The last one failed", StringComparison.Ordinal) == true, "no cell has failed");

        Assert.False(await service.IsReadyAsync());
        Assert.Contains($"layer {Layer} is not in force", await service.ReadinessAsync(), StringComparison.Ordinal);
        Assert.Contains("./mayfly build", service.Log, StringComparison.Ordinal);
        Assert.Contains($"layer {Layer} is not in force", Doctor(expected: 1), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layer_that_was_given_up_by_name_shows_in_log_doctor_and_runtimes()
    {
        MakeApp();
        string[] waived = ["--set", $"WaivedLayers:0={Layer}", "--set", "WaivedLayers:1=no-such-layer"];
        using var service = RunningService.Launch(_app, [.. s_small, .. waived]);

        await RunningService.EventuallyAsync(() => service.IsReadyAsync().Result, "the service is not ready");
        service.UseKey();

        Assert.Contains($"works without layer {Layer}, which WaivedLayers gives up", service.Log, StringComparison.Ordinal);
        Assert.Contains("WaivedLayers gives up no-such-layer", service.Log, StringComparison.Ordinal);
        Assert.Equal($"""["{Layer}"]""", (await service.GetAsync("/v1/code-sandbox/runtimes")).GetProperty("waivedLayers").GetRawText());
        var finding = Assert.Single(Findings(Doctor(expected: 0, waived)), finding => finding.GetProperty("name").GetString() == $"layer {Layer}");
        Assert.Equal("caution", finding.GetProperty("verdict").GetString(), ignoreCase: true);
    }

    // One instruction more, which nothing comes to.
    private void MakeApp()
    {
        RunningService.Require();
        using var copy = Process.Start("cp", ["-a", $"{Host.App}/.", _app]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
        File.WriteAllBytes($"{_app}/cell/seccomp.bpf", [.. File.ReadAllBytes($"{_app}/cell/seccomp.bpf"), 6, 0, 0, 0, 0, 0, 0, 0x80]);
    }

    private static JsonElement.ArrayEnumerator Findings(string report) => JsonDocument.Parse(report).RootElement.GetProperty("findings").EnumerateArray();

    // A data directory of its own: it starts a cell of its own.
    private string Doctor(int expected, params string[] options)
    {
        var data = Directory.CreateTempSubdirectory("mayfly-service-").FullName;
        // The gateway's user passes it.
        File.SetUnixFileMode(data, (UnixFileMode)0b111_001_001);
        using var doctor = Process.Start(new ProcessStartInfo("dotnet", [$"{_app}/mayfly.dll", "doctor", "--json", "--data", data, "--images", Path.GetDirectoryName(Host.Image)!, .. options]) { RedirectStandardOutput = true })!;
        var report = doctor.StandardOutput.ReadToEnd();
        doctor.WaitForExit();
        Directory.Delete(data, recursive: true);
        Assert.True(doctor.ExitCode == expected, report);
        return report;
    }
}
