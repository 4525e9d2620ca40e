using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mayfly.Cli;

/// <summary>What people look at: tables, and that something takes its time. Colours are left out by NO_COLOR and where nobody looks.</summary>
internal static class Terminal
{
    public static void Write(IRenderable what)
    {
        // Not folded to the width of a terminal that is not there.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        AnsiConsole.Write(what);
    }

    /// <summary>Waits, and says so on a terminal; a file or a pipe gets nothing of it.</summary>
    public static async Task<T> WaitAsync<T>(string what, Func<Task<T>> act)
    {
        if (Console.IsErrorRedirected) return await act();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Status().StartAsync(what.EscapeMarkup(), _ => act());
    }
}
