using System.Globalization;
using Mayfly.Images;

namespace Mayfly.Cli;

/// <summary>
/// Hands the machine over: this process becomes mayfly-cells, which starts the unprivileged part
/// (<c>mayfly gateway</c>, <c>mayfly run-worker</c>) as its child.
/// </summary>
internal static class Handover
{
    /// <summary>The descriptor at which the unprivileged child finds its socket to mayfly-cells.</summary>
    public const int ControlDescriptor = 3;

    /// <summary>Stands in the child's arguments for the place to which mayfly-cells copied the program.</summary>
    public const string AppPlaceholder = "{app}";

    /// <summary>Becomes mayfly-cells. Returns only by throwing.</summary>
    /// <param name="settings">All settings; the child gets them by environment.</param>
    /// <param name="image">The image's directory.</param>
    /// <param name="child">Arguments of the unprivileged child, after <c>mayfly.dll</c>.</param>
    /// <param name="once">Do not restart the child; its exit code is ours. Beside a service: with a data directory of its own, out of a pool of them.</param>
    public static void Become(IConfiguration settings, string image, IReadOnlyList<string> child, bool once)
    {
        var invocation = Compose(settings, image, child, once);
        SystemCalls.Execute(invocation.Program, invocation.Arguments, invocation.Environment);
    }

    /// <summary>The same as a command to start.</summary>
    public static Invocation Compose(IConfiguration settings, string image, IReadOnlyList<string> child, bool once)
    {
        var options = Settings.Check(settings);
        var installation = Installation.From(settings);
        RequireRoot();
        RequireParts(installation);

        List<string> arguments =
        [
            "--data", once ? Path.Combine(installation.Data, "once") : installation.Data,
            "--image", image,
            "--app", installation.App,
            "--user", installation.User,
            "--launcher", installation.Launcher,
            "--max-cells", options.Dispatch.CellsAtOnce.ToString(CultureInfo.InvariantCulture),
            "--drain-seconds", options.DrainSeconds.ToString(CultureInfo.InvariantCulture),
        ];
        if (installation.NeedsGuest)
        {
            arguments.AddRange(
            [
                "--guest", InstalledImage.RequireGuest(new Image(image, Manifest.Read(image))),
                "--accelerator", settings["Accelerator"] ?? "auto",
            ]);
        }

        if (once)
        {
            arguments.AddRange(["--once", "--pool"]);
        }

        arguments.AddRange(["--", Environment.ProcessPath!, $"{AppPlaceholder}/mayfly.dll", .. child]);
        return new Invocation(installation.CellsProgram, arguments, ChildEnvironment(settings, installation.Data));
    }

    private static Dictionary<string, string> ChildEnvironment(IConfiguration settings, string data)
    {
        var environment = Settings.AsEnvironment(settings);
        environment["MAYFLY_DATA"] = data;
        foreach (var name in (string[])["PATH", "LANG", "LC_ALL", "DOTNET_ROOT", "DOTNET_gcServer", "NO_COLOR", "TERM"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        // Diagnostics would open a socket under /tmp that anybody on the machine sees; nothing of ours uses it.
        environment["DOTNET_EnableDiagnostics"] = "0";
        return environment;
    }

    private static void RequireRoot()
    {
        if (!SystemCalls.IsRoot)
        {
            throw new CommandFailure(
                "starting cells needs root: mayfly-cells makes cgroups, user namespaces and mounts. The part that faces the network runs as the user \"mayfly\". Run it with sudo.",
                CommandFailure.NeedsRoot);
        }
    }

    private static void RequireParts(Installation installation)
    {
        if (!File.Exists(installation.CellsProgram))
        {
            throw new CommandFailure($"{installation.CellsProgram} is missing. Build it: ./mayfly build");
        }

        if (SystemCalls.FindUser(installation.User) is null)
        {
            throw new CommandFailure($"the gateway's user {installation.User} does not exist. Create it: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {installation.User}");
        }
    }
}

/// <summary>A command with all that it gets.</summary>
internal sealed record Invocation(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);
