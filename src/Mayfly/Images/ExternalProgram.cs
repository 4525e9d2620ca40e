using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Mayfly.Images;

/// <summary>One call of a program of the host: bounded in time and in what it may say.</summary>
internal sealed record ExternalProgram(string File, params IReadOnlyList<string> Arguments)
{
    // The longest answer asked for is the list of an image's files, about 2 MB.
    private const int MaxOutputChars = 32 << 20;
    private const int ErrorLinesKept = 25;

    // PID 1 of the namespace: when it ends, everything in it does. Our end of its standard input closes with us, by whatever we die.
    private const string Tie = """
        exec 3<&0
        "$@" 3<&- < /dev/null &
        program=$!
        { cat <&3; kill -KILL $program; } > /dev/null 2>&1 &
        exec 3<&-
        wait $program
        """;

    /// <summary>What it is called in messages.</summary>
    public string Name { get; init; } = $"{File} {string.Join(' ', Arguments.Take(2))}".TrimEnd();

    /// <summary>After this time it is killed, and its children with it.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(1);

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>
    /// It and all its children end when this process does, and its mounts are its own: for what writes into a build. Needs root.
    /// </summary>
    public bool IsTied { get; init; }

    /// <summary>Added to the environment of this process.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>Sees each line of standard error as it comes.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Of unshare(1), which then runs it tied to the other end of its standard input.</summary>
    internal IReadOnlyList<string> TiedArguments =>
        ["--mount", "--pid", "--mount-proc", "--fork", "--kill-child", "--", "/bin/sh", "-c", Tie, "tie", File, .. Arguments];

    /// <summary>Runs it and answers with its standard output.</summary>
    /// <exception cref="ImageBuildException">It is not installed, failed, took too long or said too much; ends with its last words.</exception>
    public async Task<string> RunAsync(CancellationToken cancel)
    {
        using var process = Start();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Limit);

        var lastWords = new Queue<string>();
        try
        {
            if (!IsTied)
            {
                process.StandardInput.Close();
            }

            var errors = ReadErrorsAsync(process.StandardError, lastWords, deadline.Token);
            var output = await ReadBoundedAsync(process.StandardOutput, deadline.Token);
            await errors;
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0 ? output : throw Failure($"failed with exit code {process.ExitCode}", lastWords);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failure($"was not done after {Limit.TotalSeconds:0} s", lastWords);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(IsTied ? "unshare" : File, IsTied ? TiedArguments : Arguments)
        {
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Messages are parsed and shown: in one language.
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new ImageBuildException($"cannot start {File}: {failure.Message}. ./mayfly up installs what is missing", failure);
        }
    }

    private async Task ReadErrorsAsync(StreamReader errors, Queue<string> lastWords, CancellationToken cancel)
    {
        while (await errors.ReadLineAsync(cancel) is { } line)
        {
            var shown = line.Length <= 400 ? line : line[..400] + "…";
            lastWords.Enqueue(shown);
            if (lastWords.Count > ErrorLinesKept)
            {
                lastWords.Dequeue();
            }

            OnErrorLine?.Invoke(shown);
        }
    }

    private async Task<string> ReadBoundedAsync(StreamReader output, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new char[16384];
        int read;
        while ((read = await output.ReadAsync(buffer, cancel)) > 0)
        {
            if (text.Length + read > MaxOutputChars)
            {
                throw new ImageBuildException($"{File} wrote more than {MaxOutputChars >> 20} million characters");
            }

            text.Append(buffer, 0, read);
        }

        return text.ToString();
    }

    private ImageBuildException Failure(string how, Queue<string> lastWords)
    {
        var words = string.Join("\n  ", lastWords);
        var advice = words.Contains("No space left on device", StringComparison.Ordinal) || words.Contains("ENOSPC", StringComparison.Ordinal)
            ? "\nThe disk is full: free space or choose another place with --images."
            : "";
        return new ImageBuildException($"{Name} {how}:\n  {words}{advice}");
    }
}
