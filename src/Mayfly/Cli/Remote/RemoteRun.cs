using System.Text;
using Mayfly.Client;

namespace Mayfly.Cli.Remote;

/// <summary><c>mayfly run --url</c>: one program at a server, for a key's account.</summary>
internal static class RemoteRun
{
    /// <summary>Runs it and passes on what it wrote.</summary>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(Server server, string path, string? language, bool json, CancellationToken stop)
    {
        var code = await ReadAsync(path, stop);
        var request = new ExecuteRequest(Text(path, code), language ?? ProgramLanguage.Of(path, code));
        var (result, response) = await Terminal.WaitAsync($"running at {server.Address}", () => server.CodeSandbox.ExecuteWithResponseAsync(request, cancellationToken: stop));
        if (json)
        {
            Console.WriteLine(response.Body);
            return result.ExitCode;
        }

        await PassOnAsync(Console.OpenStandardOutput(), result.Stdout, stop);
        await PassOnAsync(Console.OpenStandardError(), result.Stderr, stop);
        foreach (var reason in Reasons(result)) await Console.Error.WriteLineAsync($"mayfly: {reason}");
        return result.ExitCode;
    }

    // Said only where the output and the exit code alone would mislead.
    private static IEnumerable<string> Reasons(ExecuteResult result)
    {
        if (result.Truncated is { Stdout: true }) yield return "standard output was cut at the server's limit";
        if (result.Truncated is { Stderr: true }) yield return "standard error was cut at the server's limit";
        if (result.Termination == "timeout") yield return "ended by the server's time limit";
        if (result.Termination == "out_of_memory") yield return "ended by the server's memory limit";
        if (result.Termination == "cancelled") yield return "cancelled: the connection was lost while it ran";
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            await using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using var code = new MemoryStream();
            await file.CopyToAsync(code, stop);
            return code.ToArray();
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot read {path}: {wrong.Message}");
        }
    }

    private static string Text(string path, byte[] code)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(code);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailure($"{path} is not UTF-8");
        }
    }

    // UTF-8, whatever the terminal's locale is called.
    private static async Task PassOnAsync(Stream to, string text, CancellationToken stop)
    {
        await using (to) await to.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
    }
}
