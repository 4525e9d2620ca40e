using System.Diagnostics;
using System.Text.Json;

namespace Mayfly.HostTests.Services;

/// <summary>One service, and a home of its own for those who talk to it by commands.</summary>
public sealed class CommandLineFixture : IDisposable
{
    private RunningService? _service;

    internal string Home { get; } = Directory.CreateTempSubdirectory("mayfly-home-").FullName;

    internal string Url { get; private set; } = "";

    /// <summary>A key that may do everything.</summary>
    internal string Key { get; private set; } = "";

    /// <summary>Starts the service with the first test that wants it, where the test can be skipped.</summary>
    internal async Task StartAsync()
    {
        if (_service is not null) return;
        _service = await RunningService.StartAsync("--cells", "1");
        Url = $"http://127.0.0.1:{_service.Port}";
        var created = RunningService.Command("keys", "create", "--name", "commands", "--scopes", "execute", "usage", "admin", "--json", "--data", _service.Data);
        Key = JsonDocument.Parse(created).RootElement.GetProperty("key").GetString()!;
    }

    internal Task<Ended> RunAsync(string? key, string input, params string[] arguments) => RunAsync(Home, key, input, arguments);

    internal static async Task<Ended> RunAsync(string home, string? key, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [$"{Host.App}/mayfly.dll", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_CONFIG_HOME"] = home;
        start.Environment.Remove("MAYFLY_BASE_URL");
        if (key is null) start.Environment.Remove("MAYFLY_API_KEY");
        else start.Environment["MAYFLY_API_KEY"] = key;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ended(process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        _service?.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}

/// <summary>What a command did.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error);
