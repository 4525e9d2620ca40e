using System.CommandLine;
using Mayfly.Api;

namespace Mayfly.Cli;

/// <summary>Settings from appsettings.json, the environment and flags: later ones win, all name the same keys.</summary>
/// <remarks>
/// A key <c>Limits:TimeMs</c> is <c>{"Limits": {"TimeMs": …}}</c> in JSON, <c>MAYFLY_LIMITS__TIMEMS</c> in the
/// environment and <c>--set Limits:TimeMs=…</c> as a flag; the most used ones have flags of their own.
/// </remarks>
internal static class Settings
{
    public const string EnvironmentPrefix = "MAYFLY_";

    private static readonly Option<string?> Listen = Flag("--listen", "ADDRESS:PORT", "Where the API listens. Default 127.0.0.1:8080.");
    private static readonly Option<string?> Data = Flag("--data", "DIR", "Keys, ledger and run-time state. Default /var/lib/mayfly. One running instance for each directory.");
    private static readonly Option<string?> Images = Flag("--images", "DIR", "Where runtime images are kept; instances share it. Default /var/cache/mayfly/images.");
    private static readonly Option<string?> Launcher = Flag("--launcher", "NAME", "The kind of cell: container (default) or microvm.");
    private static readonly Option<string?> Cells = Flag("--cells", "N", "Cells kept running. Default 2, less where memory is short.");
    private static readonly Option<string?> Slots = Flag("--slots", "N", "Executions side by side in each cell, 1 to 64. Default 8, less where memory is short.");
    private static readonly Option<string?> Warm = Flag("--warm", "true|false", "Whether executions are forked from warm interpreters. Default true.");
    private static readonly Option<string[]> LeverOff = new("--lever-off")
    {
        HelpName = "NAME",
        Description = "Leave an optimisation out, for benches. Repeatable.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        HelpName = "KEY=VALUE",
        Description = "Any other setting, e.g. --set Limits:TimeMs=5000 (docs/operations.md lists them). Repeatable.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly (Option<string?> Flag, string Key)[] Flags =
    [
        (Listen, "Listen"), (Data, "Data"), (Images, "Images"), (Launcher, "Launcher"), (Cells, "Cells"), (Slots, "SlotsPerCell"), (Warm, "Warm"),
    ];

    /// <summary>Gives <paramref name="command"/> every flag that sets something.</summary>
    public static void AddTo(Command command)
    {
        foreach (var (flag, _) in Flags)
        {
            command.Options.Add(flag);
        }

        command.Options.Add(LeverOff);
        command.Options.Add(Set);
    }

    /// <summary>The settings in force for a parsed command line.</summary>
    /// <exception cref="CommandFailure">A --set without "=".</exception>
    public static IConfigurationRoot Read(ParseResult parsed)
    {
        var fromFlags = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in parsed.GetValue(Set) ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new CommandFailure($"--set {pair}: not KEY=VALUE. Example: --set Limits:TimeMs=5000");
            }

            fromFlags[pair[..at]] = pair[(at + 1)..];
        }

        foreach (var (index, lever) in (parsed.GetValue(LeverOff) ?? []).Index()) fromFlags[$"LeversOff:{index}"] = lever;
        foreach (var (flag, key) in Flags)
        {
            if (parsed.GetValue(flag) is { } value)
            {
                fromFlags[key] = value;
            }
        }

        return new ConfigurationBuilder()
            .AddJsonFile("/etc/mayfly/appsettings.json", optional: true)
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddInMemoryCollection(fromFlags)
            .Build();
    }

    /// <summary>What the service makes of the settings. It looks again itself; here a wrong one is told before anything is started.</summary>
    /// <exception cref="CommandFailure">Names each setting that is wrong, its value and what it may be.</exception>
    public static GatewayOptions Check(IConfiguration settings)
    {
        try
        {
            return GatewayOptions.From(settings);
        }
        catch (OptionsException wrong)
        {
            throw new CommandFailure($"wrong settings:{Environment.NewLine}{wrong.Message}", GatewayHost.WrongSettings);
        }
    }

    /// <summary>
    /// The same settings as environment variables: how they reach the unprivileged process, which may be unable to
    /// read the files, and without showing any of them in the process list.
    /// </summary>
    public static Dictionary<string, string> AsEnvironment(IConfiguration settings) =>
        settings.AsEnumerable()
            .Where(pair => pair.Value is not null)
            .ToDictionary(
                pair => EnvironmentPrefix + pair.Key.Replace(":", "__", StringComparison.Ordinal).ToUpperInvariant(),
                pair => pair.Value!);

    private static Option<string?> Flag(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };
}

/// <summary>A command cannot do what was asked; the message says what and what to do. No stack trace is shown.</summary>
internal sealed class CommandFailure(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>EX_NOPERM of sysexits.h: the command needs root.</summary>
    public const int NeedsRoot = 77;

    public int ExitCode { get; } = exitCode;
}
