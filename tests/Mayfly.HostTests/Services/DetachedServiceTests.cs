using System.Globalization;

namespace Mayfly.HostTests.Services;

/// <summary>A service in the background: <c>./mayfly up --detach</c> and <c>./mayfly down</c>.</summary>
public sealed class DetachedServiceTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mayfly-detached-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Is_started_once_and_stopped_with_nothing_left()
    {
        RunningService.Require();
        var listen = $"127.0.0.1:{RunningService.FreePort().ToString(CultureInfo.InvariantCulture)}";
        string[] where = ["--listen", listen, "--data", _data, "--images", Path.GetDirectoryName(Host.Image)!, "--cells", "1", "--warm", "false"];

        var started = RunningService.Command(["start", .. where]);
        Assert.Contains($"Mayfly is ready at http://{listen}", started, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer uc-", started, StringComparison.Ordinal);

        // The first key is shown once.
        Assert.Equal("stopped\n", RunningService.Command("stop", "--data", _data));
        Assert.DoesNotContain("uc-", RunningService.Command(["start", .. where]), StringComparison.Ordinal);
        Assert.Equal("stopped\n", RunningService.Command("stop", "--data", _data));

        Assert.Equal($"no service runs on {_data}\n", RunningService.Command("stop", "--data", _data));
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{listen}/healthz/live"), TestContext.Current.CancellationToken));
    }
}
