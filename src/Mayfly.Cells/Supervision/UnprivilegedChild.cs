using System.Globalization;
using Mayfly.Cells.Kernel;
using Mayfly.Cells.Launching;
using Mayfly.Cells.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Cells.Supervision;

/// <summary>Starts the gateway, or the worker of <c>mayfly run</c>, with nothing that it does not need.</summary>
/// <remarks>
/// setpriv (util-linux) gives up root between our posix_spawn and its exec: uid, gid and groups, every capability set and the
/// bounding set, and the right to ever gain one. Standard streams are ours; descriptor 3 is the control socket; there is
/// no other.
/// </remarks>
internal sealed class UnprivilegedChild(Children children, User user, string app, IReadOnlyList<string> command)
{
    /// <summary>Stands in the command for the place to which the program was copied.</summary>
    public const string AppPlaceholder = "{app}";

    private static readonly string[] s_passedNames = ["LANG", "LC_ALL", "TZ", "TERM", "NO_COLOR"];

    // Settings by environment; the runtime's; the standard ones of OpenTelemetry.
    private static readonly string[] s_passedPrefixes = ["MAYFLY_", "DOTNET_", "OTEL_"];

    private readonly string _setpriv = Programs.Find("setpriv", "apt-get install util-linux");

    public Child Start(SafeFileHandle control)
    {
        var uid = user.Uid.ToString(CultureInfo.InvariantCulture);
        var gid = user.Gid.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups",
            "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs",
            "--pdeathsig=KILL", // it could do nothing without us, and would keep its port
            "--",
            .. command.Select(argument => argument.Replace(AppPlaceholder, app, StringComparison.Ordinal)),
        ];
        using var stdin = new SafeFileHandle(0, ownsHandle: false);
        using var stdout = new SafeFileHandle(1, ownsHandle: false);
        using var stderr = new SafeFileHandle(2, ownsHandle: false);
        return children.Start(_setpriv, arguments, CleanEnvironment(), stdin, stdout, stderr, control);
    }

    private static Dictionary<string, string> CleanEnvironment()
    {
        var environment = new Dictionary<string, string> { ["PATH"] = string.Join(':', Programs.Directories) };
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (s_passedNames.Contains(name) || s_passedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment[name] = (string)variable.Value!;
            }
        }

        return environment;
    }
}
