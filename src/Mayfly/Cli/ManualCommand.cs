using System.CommandLine;
using System.Reflection;
using System.Text;

namespace Mayfly.Cli;

/// <summary><c>mayfly man</c>: the manual page, made of the commands themselves.</summary>
internal static class ManualCommand
{
    public static Command Create(RootCommand root)
    {
        var command = new Command("man", "Prints the manual page.");
        command.SetAction(_ => Console.Write(Write(root)));
        return command;
    }

    /// <summary>The page, for man(7).</summary>
    public static string Write(RootCommand root)
    {
        var version = typeof(ManualCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        var page = new StringBuilder($".TH MAYFLY 1 \"\" \"Mayfly {Text(version)}\" \"User Commands\"\n.SH NAME\nmayfly \\- {Text(root.Description!)}\n.SH SYNOPSIS\n.B mayfly\n.I COMMAND\n[options]\n");
        Examples(page, "mayfly");
        page.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands) Command(page, command);
        page.Append(
            """
            .SH ENVIRONMENT
            .TP
            .B MAYFLY_API_KEY
            The key, instead of that of mayfly login.
            .TP
            .B MAYFLY_BASE_URL
            The server.
            .TP
            .B NO_COLOR
            Leaves colours out.
            .SH FILES
            .TP
            .I $XDG_CONFIG_HOME/mayfly/credentials.json
            What mayfly login saves; ~/.config where the variable is not set.
            .SH EXIT STATUS
            0: done. 1: not done, and a line says why. 77: root is needed. 78: settings are wrong.
            mayfly run passes on the program's own, 125 when Mayfly itself failed.

            """);
        return page.ToString();
    }

    private static void Command(StringBuilder page, Command command)
    {
        if (command.Hidden) return;
        var name = Cli.Examples.NameOf(command);
        if (command.Subcommands.Count > 0)
        {
            foreach (var below in command.Subcommands) Command(page, below);
            return;
        }

        page.Append($".SS {Text(name)}{string.Concat(command.Arguments.Select(argument => $" {Text(argument.Name.ToUpperInvariant())}"))}\n{Text(command.Description!)}\n");
        Examples(page, name);
        foreach (var argument in command.Arguments.Where(argument => argument.Description is not null)) Term(page, $".I {Text(argument.Name.ToUpperInvariant())}", argument.Description!);
        foreach (var option in command.Options.Where(option => !option.Hidden && option.Description is not null))
        {
            var value = option.HelpName is { } help ? $" \" {Text(help)}\"" : "";
            Term(page, $".BI {Text(option.Name)}{value}", option.Description!);
        }
    }

    private static void Examples(StringBuilder page, string command)
    {
        foreach (var example in Cli.Examples.Of(command)) page.Append($".PP\n.nf\n    {Text(example)}\n.fi\n");
    }

    private static void Term(StringBuilder page, string name, string meaning) => page.Append($".TP\n{name}\n{Text(meaning)}\n");

    // A line that begins with a dot or an apostrophe would be a request, a hyphen a typographer's.
    private static string Text(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("…", "...", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? $"\\&{escaped}" : escaped;
    }
}
