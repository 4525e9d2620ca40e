using Mayfly.Dispatch;

namespace Mayfly.Cli.Doctor;

/// <summary>Whose executions meet in a cell, by the settings.</summary>
internal static class CellReuseCheck
{
    private const string Name = "cell reuse";

    public static Finding Run(DispatchOptions options)
    {
        var standby = options.StandbyInForce;
        return options.ReuseInForce switch
        {
            CellReuse.Never => Finding.Pass(Name, $"never: each execution has a cell of its own; {standby} on standby"),
            CellReuse.Key => Finding.Pass(Name, $"key: a cell serves one key until it is recycled; {standby} on standby"),
            _ => Finding.Caution(
                Name,
                "shared: executions of all keys meet in a cell, and whoever gets out of a jail meets theirs; use it where all keys belong to one trust domain",
                "./mayfly serve --set CellReuse=key"),
        };
    }
}
