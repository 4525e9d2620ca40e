using System.CommandLine;
using Mayfly.Cli.Remote;

namespace Mayfly.Cli;

/// <summary>
/// <c>mayfly run FILE</c>: one program through the same cells, jail and limits, without HTTP, key or charge; with <c>--url</c> at a server.
/// </summary>
internal static class RunCommand
{
    /// <summary>Exit code when Mayfly itself failed, as of <c>docker run</c> and <c>env</c>.</summary>
    public const int OwnFailure = 125;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The program: FILE.py or FILE.js, or - for standard input." };
        var language = new Option<string?>("--language") { HelpName = "python|javascript", Description = "Default: by the file's extension, else by its first line (#!)." };
        var json = new Option<bool>("--json") { Description = "The whole result as JSON instead of the program's output. The exit code is the program's all the same." };
        var url = new Option<string?>("--url") { HelpName = "URL", Description = "Run at this server instead of here, for the key of `mayfly login` or MAYFLY_API_KEY. Default: MAYFLY_BASE_URL; here if that is not set." };
        var command = new Command("run", "Runs one program in a jail and passes its output and exit code on; 125 when Mayfly itself failed.") { file, language, json, url };
        Settings.AddTo(command);
        command.SetAction((parsed, stop) => RemoteCommand.GuardAsync(
            async () =>
            {
                var path = parsed.GetRequiredValue(file);
                if ((parsed.GetValue(url) ?? Server.Variable("MAYFLY_BASE_URL")) is { } address)
                {
                    using var server = Server.Open(address);
                    return await RemoteRun.RunAsync(server, path, parsed.GetValue(language), parsed.GetValue(json), stop);
                }

                await StartAsync(Settings.Read(parsed), path, parsed.GetValue(language) ?? ProgramLanguage.Of(path), parsed.GetValue(json), stop);
                return 0;
            },
            OwnFailure,
            stop));
        return command;
    }

    private static async Task StartAsync(IConfigurationRoot settings, string path, string language, bool json, CancellationToken stop)
    {
        var image = await InstalledImage.RequireAsync(settings, stop);
        if (path != "-")
        {
            SystemCalls.OpenAsStdin(path);
        }

        settings["Cells"] = "1";
        settings["StandbyCells"] = "0";
        settings["SlotsPerCell"] ??= "1";
        string[] child = ["run-worker", "--language", language];
        Handover.Become(settings, image, json ? [.. child, "--json"] : child, once: true);
    }
}
