using System.Diagnostics;
using System.Text.Json;

namespace Mayfly.Cli.Doctor;

/// <summary>Starts one cell, the way a service does, and reports each layer that it measured and each attack that it tried on itself.</summary>
internal static class LayerCheck
{
    private static readonly TimeSpan s_usualPatience = TimeSpan.FromSeconds(250);

    public static async Task<List<Finding>> RunAsync(IConfigurationRoot settings, List<Finding> before, CancellationToken stop)
    {
        if (before.Find(finding => finding.Verdict == Verdict.Fail) is { } failed)
        {
            return [Finding.Skipped("layers", $"no cell is started while \"{failed.Name}\" fails")];
        }

        settings["Cells"] = "1";
        settings["StandbyCells"] = "0";
        settings["SlotsPerCell"] = "4";
        var invocation = Handover.Compose(settings, await InstalledImage.RequireAsync(settings, stop), ["probe-worker"], once: true);
        var (exitCode, output, errors) = await RunAsync(invocation, Installation.From(settings).Patience(s_usualPatience), stop);
        if (exitCode != 0)
        {
            return [Finding.Fail("layers", $"a cell could not be started: {errors.Trim()}", "./mayfly run --language python - <<< 'print(1)'")];
        }

        var cell = JsonSerializer.Deserialize(output, ProbeJson.Default.CellDescription)!;
        return
        [
            .. cell.Posture.Select(layer => layer.InForce
                ? Finding.Pass($"layer {layer.Name}", layer.Detail)
                : Finding.Caution($"layer {layer.Name}", $"not in force: {layer.Detail}", "read docs/security.md, Layers")),
            .. cell.SelfTest.Select(check => check.Passed
                ? Finding.Pass($"self-test {check.Name}", check.Detail)
                : Finding.Fail($"self-test {check.Name}", check.Detail, "read docs/security.md, Layers")),
        ];
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(Invocation invocation, TimeSpan patience, CancellationToken stop)
    {
        var start = new ProcessStartInfo(invocation.Program, invocation.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in invocation.Environment)
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new CommandFailure($"the probe of the layers did not end within {patience.TotalSeconds} s");
        }
    }
}
