using System.CommandLine;
using Mayfly.Client;

namespace Mayfly.Cli.Remote;

/// <summary>What commands share that talk to a server.</summary>
internal static class RemoteCommand
{
    /// <summary>As shells have it: 128 + SIGINT.</summary>
    private const int Interrupted = 130;

    // The SDK's messages about what it was given begin with it, as ours do.
    private const string OwnName = "Mayfly: ";

    /// <summary>A command with the option <c>--url</c>. What the server refuses, and what goes wrong on the way, it says in one line.</summary>
    public static Command Create(string name, string description, IEnumerable<Symbol> parts, Func<ParseResult, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var part in parts.Append(Server.Url))
        {
            if (part is Option option) command.Options.Add(option);
            if (part is Argument argument) command.Arguments.Add(argument);
        }

        command.SetAction((parsed, stop) => GuardAsync(() => act(parsed, stop), failure: 1, stop));
        return command;
    }

    /// <summary>Does something with a server.</summary>
    /// <param name="act">Gives the exit code.</param>
    /// <param name="failure">The exit code if the server does not do it.</param>
    /// <param name="stop">Ctrl-C.</param>
    public static async Task<int> GuardAsync(Func<Task<int>> act, int failure, CancellationToken stop)
    {
        try
        {
            return await act();
        }
        catch (MayflyException reason)
        {
            var request = reason.RequestId is { } id ? $" (request {id})" : "";
            var said = reason.Message.StartsWith(OwnName, StringComparison.Ordinal) ? reason.Message[OwnName.Length..] : reason.Message;
            throw new CommandFailure(said + request + Remedy(reason), failure);
        }
        catch (CommandFailure reason)
        {
            throw new CommandFailure(reason.Message, failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private static string Remedy(MayflyException reason) => reason switch
    {
        MayflyAuthenticationException => ". Save a valid key: mayfly login",
        MayflyRateLimitException or MayflyOverloadedException when reason.RetryAfter is { } wait => $". Try again in {Math.Ceiling(wait.TotalSeconds)} s",
        _ => "",
    };
}
