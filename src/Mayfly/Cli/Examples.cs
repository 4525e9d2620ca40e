using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Mayfly.Cli;

/// <summary>Help that begins with what most people came for.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> s_of = new()
    {
        ["mayfly"] = ["mayfly run --url http://127.0.0.1:8080 program.py", "mayfly keys create --name laptop", "mayfly doctor"],
        ["mayfly run"] =
        [
            "mayfly run program.py",
            "mayfly run --url http://127.0.0.1:8080 program.js",
            "echo 'print(6 * 7)' | mayfly run --url http://127.0.0.1:8080 --language python -",
            "mayfly run --json program.py",
        ],
        ["mayfly login"] = ["mayfly login --url http://127.0.0.1:8080", "mayfly login --url http://127.0.0.1:8080 < key.txt"],
        ["mayfly usage"] = ["mayfly usage", "mayfly usage --from 2027-01-01 --csv > usage.csv"],
        ["mayfly runtimes"] = ["mayfly runtimes --url http://127.0.0.1:8080"],
        ["mayfly doctor"] = ["mayfly doctor", "mayfly doctor --url http://127.0.0.1:8080"],
        ["mayfly mcp"] = ["mayfly mcp --url http://127.0.0.1:8080"],
        ["mayfly attack"] = ["mayfly attack --url http://127.0.0.1:8080", "mayfly attack --url http://127.0.0.1:8080 --class F --class N --json", "mayfly attack --url http://127.0.0.1:8080 --cold-url http://127.0.0.1:8081"],
        ["mayfly keys"] = ["mayfly keys create --name laptop", "mayfly keys list", "mayfly keys revoke 3"],
        ["mayfly keys create"] = ["mayfly keys create --name laptop --budget-usd 5", "mayfly keys create --name ci --scopes execute --url http://127.0.0.1:8080"],
        ["mayfly completion"] = ["mayfly completion bash > /etc/bash_completion.d/mayfly", "mayfly completion zsh > ~/.zfunc/_mayfly", "mayfly completion fish > ~/.config/fish/completions/mayfly.fish"],
        ["mayfly man"] = ["mayfly man > mayfly.1 && man ./mayfly.1"],
    };

    /// <summary>Of a command, by its full name.</summary>
    public static IReadOnlyList<string> Of(string command) => s_of.GetValueOrDefault(command, []);

    /// <summary>Each command that has examples; a test looks whether they are commands that exist.</summary>
    public static IEnumerable<string> Commands => s_of.Keys;

    /// <summary>A command's full name.</summary>
    public static string NameOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : "mayfly";

    /// <summary>Puts the examples in front of the help of a command and all below it.</summary>
    public static void AddTo(RootCommand root)
    {
        // The one option is inherited by every command.
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesFirst((HelpAction)help.Action!);
    }

    private sealed class ExamplesFirst(HelpAction rest) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (Of(NameOf(parseResult.CommandResult.Command)) is { Count: > 0 } examples)
            {
                output.WriteLine("Examples:");
                foreach (var example in examples) output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return rest.Invoke(parseResult);
        }
    }
}
