using System.CommandLine;
using Mayfly.Api;
using Spectre.Console;

namespace Mayfly.Cli.Remote;

/// <summary><c>mayfly runtimes</c>: exact versions of what programs can use.</summary>
internal static class RuntimesCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "The server's answer, as JSON." };

    public static Command Create() => RemoteCommand.Create("runtimes", "Shows the interpreters and libraries that programs can use, with their exact versions. Needs no key.", [Json], async (parsed, stop) =>
    {
        const string Path = "/v1/code-sandbox/runtimes";
        using var server = Server.Open(parsed, needsKey: false);
        if (parsed.GetValue(Json)) Console.WriteLine((await server.GetAsync(Path, "application/json", null, stop)).Body);
        else Print(await server.GetAsync(Path, ApiJson.Readable.RuntimesAnswer, stop));
        return 0;
    });

    private static void Print(RuntimesAnswer runtimes)
    {
        var table = new Table().NoBorder().AddColumns("language", "version", "libraries");
        foreach (var language in runtimes.Languages)
        {
            table.AddRow(language.Language.EscapeMarkup(), language.Version.EscapeMarkup(), string.Join(", ", language.Libraries.Select(library => $"{library.Name} {library.Version}")).EscapeMarkup());
        }

        Terminal.Write(table);
        Console.WriteLine($"image {runtimes.Image.Digest}, {runtimes.Image.Architecture}; cells: {runtimes.Launcher}");
    }
}
