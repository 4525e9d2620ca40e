using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mayfly.ClientTests;

/// <summary>The server of the cases that all SDKs share. It ends with its stdin, so with this process at the latest.</summary>
internal sealed class Stub : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http = new();
    private readonly string _url;
    private readonly string _refused;
    private int _runs;

    private Stub(Process process, string url, string refused) => (_process, _url, _refused) = (process, url, refused);

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "faults", file);

    public static async Task<Stub> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("python3", [PathOf("stub.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var urls = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!).RootElement;
        return new Stub(process, urls.GetProperty("url").GetString()!, urls.GetProperty("refused").GetString()!);
    }

    /// <summary>A base URL of its own for one run of a case, and the function that reports on it.</summary>
    public (string BaseUrl, Func<Task<Report>> Report) RunOf(int index)
    {
        var run = string.Create(CultureInfo.InvariantCulture, $"run-{Interlocked.Increment(ref _runs)}");
        return (
            Fault.Table[index].Refused ? _refused : string.Create(CultureInfo.InvariantCulture, $"{_url}/{index}/{run}"),
            async () => (await _http.GetFromJsonAsync<Report>(new Uri($"{_url}/report/{run}")))!);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
    }
}

/// <summary>What a run looked like from the server's side.</summary>
internal sealed record Report(int Attempts, int Charges, string[] Wrong);
