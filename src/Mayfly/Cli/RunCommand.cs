using System.CommandLine;

namespace Mayfly.Cli;

/// <summary><c>mayfly run FILE</c>: one program through the same cells, jail and limits, without HTTP, key or charge.</summary>
internal static class RunCommand
{
    /// <summary>Exit code when Mayfly itself failed, as of <c>docker run</c> and <c>env</c>.</summary>
    public const int OwnFailure = 125;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The program: FILE.py or FILE.js, or - for standard input." };
        var language = new Option<string?>("--language") { HelpName = "python|javascript", Description = "Default: by the file's extension." };
        var command = new Command("run", "Runs one program in a jail and passes its output and exit code on; 125 when Mayfly itself failed.") { file, language };
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var path = parsed.GetRequiredValue(file);
            var chosen = parsed.GetValue(language) ?? ByExtension(path);
            try
            {
                await StartAsync(Settings.Read(parsed), path, chosen, stop);
            }
            catch (CommandFailure failure)
            {
                throw new CommandFailure(failure.Message, OwnFailure);
            }
        });
        return command;
    }

    private static async Task StartAsync(IConfigurationRoot settings, string path, string language, CancellationToken stop)
    {
        var image = await InstalledImage.RequireAsync(settings, stop);
        if (path != "-")
        {
            SystemCalls.OpenAsStdin(path);
        }

        settings["Cells"] = "1";
        settings["SlotsPerCell"] ??= "1";
        Handover.Become(settings, image, ["run-worker", "--language", language], once: true);
    }

    private static string ByExtension(string path) => Path.GetExtension(path) switch
    {
        ".py" => "python",
        ".js" or ".cjs" => "javascript",
        _ => throw new CommandFailure($"{path}: the language cannot be told from the extension. Add --language python or --language javascript.", OwnFailure),
    };
}
