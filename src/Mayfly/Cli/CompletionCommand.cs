using System.CommandLine;

namespace Mayfly.Cli;

/// <summary><c>mayfly completion SHELL</c>: a script that lets a shell ask this program what could come next.</summary>
internal static class CompletionCommand
{
    // Each asks `mayfly "[suggest:POSITION]" LINE`: the parser itself answers, so what is suggested is what it takes.
    private const string Bash = """
        _mayfly() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_WORDS[0]} - 1))]" "${COMP_LINE#"${COMP_WORDS[0]} "}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _mayfly mayfly ./mayfly
        """;

    private const string Zsh = """
        #compdef mayfly
        _mayfly() {
            local line=${BUFFER#"${words[1]} "}
            local -a found=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} - 1))]" "$line" 2>/dev/null)}")
            [[ -n $found ]] && compadd -- $found || _files
        }
        if [[ $funcstack[1] = _mayfly ]]; then _mayfly "$@"; else compdef _mayfly mayfly; fi
        """;

    private const string Fish = """
        function __mayfly_complete
            set -l words (commandline -opc)
            set -l line (string replace -r '^\S+ ' '' -- (commandline -cp))
            $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c mayfly -a '(__mayfly_complete)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints a script that completes commands and options in a shell.") { shell };
        command.SetAction(parsed => Console.WriteLine(Script(parsed.GetRequiredValue(shell))));
        return command;
    }

    /// <summary>For a shell.</summary>
    public static string Script(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };
}
