namespace Mayfly.Cli;

/// <summary>Where this Mayfly's parts are, by its settings.</summary>
internal sealed record Installation(string App, string Data, string Images, string Launcher, string User)
{
    public string CellsProgram => Path.Combine(App, "mayfly-cells");

    public string GatewayData => Path.Combine(Data, "gateway");

    public static Installation From(IConfiguration settings) => new(
        App: AppContext.BaseDirectory.TrimEnd('/'),
        Data: Path.GetFullPath(settings["Data"] ?? "/var/lib/mayfly"),
        Images: Path.GetFullPath(settings["Images"] ?? "/var/cache/mayfly/images"),
        Launcher: settings["Launcher"] ?? "container",
        User: settings["User"] ?? "mayfly");
}
