using System.Diagnostics;
using System.Globalization;

namespace Mayfly.StoreTests.Servers;

/// <summary>A server from the distribution, in a temporary directory, as a user without rights; it ends with us however we end.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    /// <summary>The program of that name, or null: the distribution's package is not installed.</summary>
    public static string? Find(string name, params string[] directories) =>
        directories.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')).Append("/usr/sbin")
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>A directory that the server's user owns.</summary>
    public static string CreateDirectory(string name)
    {
        var directory = Directory.CreateTempSubdirectory($"mayfly-{name}-").FullName;
        if (Environment.IsPrivilegedProcess) Run("chown", "nobody", directory);
        return directory;
    }

    /// <summary>Runs a program of the server's to its end.</summary>
    public static void RunAsServer(string program, params string[] arguments)
    {
        string[] command = [.. Unprivileged(), program, .. arguments];
        Run(command[0], command[1..]);
    }

    /// <summary>Starts a server. A shell waits for the end of its input, which is ours, and kills it then.</summary>
    public static ServerProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", "\"$@\" >&2 & server=$!; echo $server; cat >/dev/null; kill -KILL $server 2>/dev/null; wait", "sh", .. Unprivileged(), program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new ServerProcess(Process.Start(start)!);
        server._process.ErrorDataReceived += (_, line) => server.LastWords = line.Data ?? server.LastWords;
        server._process.BeginErrorReadLine();
        server.Id = int.Parse(server._process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>The last line that the server wrote.</summary>
    public string LastWords { get; private set; } = "";

    /// <summary>The server's process id: setpriv becomes the program that it starts.</summary>
    public int Id { get; private set; }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name) => Run("kill", $"-{name}", Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends a signal to it and to the processes that it has started.</summary>
    public void SignalAll(string name)
    {
        Signal(name);
        foreach (var child in File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                Run("kill", $"-{name}", child);
            }
            catch (InvalidOperationException) when (!Directory.Exists($"/proc/{child}"))
            {
                // It ended by itself meanwhile.
            }
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();

        // Not for the end of its output, too: a child of the server's may have it open for a moment longer.
        _process.WaitForExit(TimeSpan.FromSeconds(10));
        _process.Dispose();
    }

    private static string[] Unprivileged() =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"] : [];

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {errors.Result}");
    }
}
