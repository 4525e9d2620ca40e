using System.CommandLine;
using System.Text;
using Mayfly.Client;

namespace Mayfly.Cli.Remote;

/// <summary><c>mayfly login</c> and <c>mayfly logout</c>: a key for a server, kept in a file that only its owner can read.</summary>
internal static class LoginCommand
{
    public static Command CreateLogin() => RemoteCommand.Create("login", "Asks for a key (or reads it from standard input), tries it at the server and saves it.", [], async (parsed, stop) =>
    {
        var url = Server.AddressOf(parsed);
        var key = ReadKey(url);
        if (key.Length == 0) throw new CommandFailure("there was no key. It is made by `mayfly keys create` where the server runs, and begins with uc-");
        using var server = Server.At(url, key);
        await TryAsync(server, stop);
        var saved = SavedKeys.Load();
        saved.Add(url, key);
        Console.WriteLine($"saved for {url} in {saved.File}");
        if (IsReadableOnTheWay(new Uri(url))) await Console.Error.WriteLineAsync($"mayfly: {url} is not https: the key and the programs can be read on the way");
        return 0;
    });

    public static Command CreateLogout() => RemoteCommand.Create("logout", "Forgets the key that is saved for a server. The key stays valid: `mayfly keys revoke` ends it.", [], (parsed, _) =>
    {
        var url = Server.AddressOf(parsed);
        Console.WriteLine(SavedKeys.Load().Remove(url) ? $"forgot the key for {url}" : $"there is no key for {url}");
        return Task.FromResult(0);
    });

    /// <summary>Whether somebody between here and there could read along.</summary>
    public static bool IsReadableOnTheWay(Uri url) => url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback;

    // A key without the right to see its usage is a good one, too.
    private static async Task TryAsync(Server server, CancellationToken stop)
    {
        try
        {
            await server.GetAsync("/v1/usage", "application/json", null, stop);
        }
        catch (MayflyPermissionException) when (!stop.IsCancellationRequested)
        {
            // The server knows it.
        }
    }

    private static string ReadKey(string url)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine()?.Trim() ?? "";
        Console.Error.Write($"Key for {url} (it is not shown): ");
        var key = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var pressed && pressed.Key != ConsoleKey.Enter)
        {
            if (pressed.Key == ConsoleKey.Backspace) key.Length = Math.Max(0, key.Length - 1);
            else if (!char.IsControl(pressed.KeyChar)) key.Append(pressed.KeyChar);
        }

        Console.Error.WriteLine();
        return key.ToString().Trim();
    }
}
