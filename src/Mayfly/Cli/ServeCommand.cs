using System.CommandLine;

namespace Mayfly.Cli;

/// <summary><c>mayfly serve</c>: the service, in the foreground, until SIGTERM or Ctrl-C.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var firstKey = new Option<bool>("--first-key") { Description = "If there is no key yet, create one when the service is ready and print it, once." };
        var command = new Command("serve", "Starts the service in the foreground. Ctrl-C or SIGTERM drains it; a second one ends it at once.") { firstKey };
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            Settings.Check(settings);
            var image = await InstalledImage.RequireAsync(settings, stop);
            string[] child = parsed.GetValue(firstKey) ? ["gateway", "--first-key"] : ["gateway"];
            Handover.Become(settings, image, child, once: false);
        });
        return command;
    }
}
