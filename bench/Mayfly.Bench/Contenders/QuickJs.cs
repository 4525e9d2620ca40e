using System.Diagnostics;
using System.Text.Json;

namespace Mayfly.Bench.Contenders;

/// <summary>QuickJS in WebAssembly, in a Node.js process that stays: the fast kind of JavaScript sandbox, without an operating system's walls.</summary>
internal sealed class QuickJs : IDisposable
{
    public const string Name = "quickjs-emscripten";

    private readonly Process _process;
    private readonly string _mathjs;

    public QuickJs(string peers, string imageRoot)
    {
        // It has no modules: the bundle that mathjs makes for such places stands in for its package.
        _mathjs = Path.Combine(imageRoot, "node_modules/mathjs/lib/browser/math.js");
        _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(peers, "quickjs.js")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Why it cannot take part; null: it can.</summary>
    public static string? WhyNot(string peers)
    {
        if (!Directory.Exists(Path.Combine(peers, "node_modules", Name)))
        {
            return $"its packages are not in {peers}; ./mayfly bench installs them with npm, which failed or is missing";
        }

        var node = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, "node")).FirstOrDefault(File.Exists);
        return node is null ? "the host has no Node.js to run it in; apt-get install nodejs" : null;
    }

    public Sample? Run(Workload workload)
    {
        if (workload.Language != "javascript")
        {
            return null;
        }

        var needsMath = workload == Workload.Mathjs;
        var request = JsonSerializer.Serialize(new
        {
            code = workload.Code.Replace("require('mathjs')", "math", StringComparison.Ordinal),
            library = needsMath ? _mathjs : null,
        });
        var begin = Stopwatch.GetTimestamp();
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name}: its Node.js process ended");
        var wall = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty("output", out var output)
            ? new Sample(wall, null, null, output.GetString()!, 0)
            : new Sample(wall, null, null, json.RootElement.GetProperty("error").GetString()!, -1);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
