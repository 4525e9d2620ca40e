using System.Globalization;
using Mayfly.Cells.Loop;
using Mayfly.Cells.Premises;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Launching.Runc;

/// <summary>runc, used for its one good thing: building the namespaces in the right order around a program.</summary>
/// <remarks>
/// It is gone before the cell says its first word: <c>run --detach</c> leaves the program as our child. Killing and putting away need no
/// runc: the program is PID 1, its death is everybody's, and runc's state lies on our own tmpfs.
/// </remarks>
internal sealed class RuncProgram(EventLoop loop, Children children)
{
    // About 0.1 s on an idle machine; a loaded one gets a hundred times that.
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, string> s_environment = new() { ["PATH"] = string.Join(':', Programs.Directories), ["LANG"] = "C" };

    private readonly string _runc = Programs.Find("runc", "apt-get install runc");

    /// <summary>Starts what the bundle says.</summary>
    /// <param name="cell">Has a bundle.</param>
    /// <param name="what">The program, for messages.</param>
    /// <param name="stop">Nobody wants it any more.</param>
    /// <param name="passed">Its descriptors from 3 on; standard error goes to the cell's last words.</param>
    /// <exception cref="LaunchException">It did not start.</exception>
    public async Task<Child> RunAsync(RuncCell cell, string what, CancellationToken stop, params SafeFileHandle[] passed)
    {
        using var nothing = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        using var runc = Start(cell, nothing, passed);
        using var stopping = stop.Register(runc.Kill);

        if (!await loop.WithinAsync(runc.Ended, s_startLimit))
        {
            runc.Kill();
            await runc.Ended;
            throw new LaunchException($"runc run {cell.Name}: not done after {s_startLimit.TotalSeconds} s. {cell.LastWords} The machine may be overloaded.");
        }

        stop.ThrowIfStopped(cell.Name);
        var status = await runc.Ended;
        if (status != new ExitStatus(0, 0))
        {
            await cell.LastWords.CompleteAsync();
            throw new LaunchException($"runc run {cell.Name}: {status}. {cell.LastWords} \"mayfly doctor\" lists what a cell needs.");
        }

        return children.Adopt(ReadPid(cell))
            ?? throw new LaunchException($"{what} of {cell.Name}: it ended as soon as it was started. {cell.LastWords}");
    }

    private Child Start(RuncCell cell, SafeFileHandle nothing, SafeFileHandle[] passed)
    {
        string[] arguments =
        [
            "runc", "--root", PrivateMounts.RuntimeState, "run", "--detach",
            "--bundle", cell.Bundle, "--pid-file", cell.PidFile,
            "--preserve-fds", passed.Length.ToString(CultureInfo.InvariantCulture),
            cell.Name,
        ];
        try
        {
            return children.Start(_runc, arguments, s_environment, [nothing, nothing, cell.LastWords.Writer, .. passed]);
        }
        finally
        {
            cell.LastWords.Writer.Dispose();
            foreach (var descriptor in passed)
            {
                descriptor.Dispose();
            }
        }
    }

    private static int ReadPid(RuncCell cell)
    {
        var text = File.ReadAllText(cell.PidFile);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1
            ? pid
            : throw new LaunchException($"runc's {cell.PidFile}: \"{text}\" is no pid.");
    }
}
