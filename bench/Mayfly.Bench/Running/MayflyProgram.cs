using System.Diagnostics;

namespace Mayfly.Bench.Running;

/// <summary>The built program and where its images are.</summary>
internal sealed class MayflyProgram(string app, string? images)
{
    private readonly string _program = Path.Combine(app, "mayfly.dll");
    private readonly string[] _common = images is null ? [] : ["--images", images];

    /// <summary>The root file system of the installed image.</summary>
    public async Task<string> ImageRootAsync(CancellationToken stop) =>
        Path.Combine((await OutputAsync(["image", "show", "--path", .. _common], stop)).Trim(), "rootfs");

    /// <summary>Starts it and hands on each line that it says.</summary>
    public Process Start(string[] arguments, Action<string> said)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [_program, .. arguments, .. _common])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        void Said(object _, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                said(text);
            }
        }

        process.OutputDataReceived += Said;
        process.ErrorDataReceived += Said;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>What a command prints.</summary>
    /// <exception cref="ServiceException">It failed.</exception>
    public async Task<string> OutputAsync(string[] arguments, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return process.ExitCode == 0 ? output : throw new ServiceException($"mayfly {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }
}
