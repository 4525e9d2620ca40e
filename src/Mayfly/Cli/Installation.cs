namespace Mayfly.Cli;

/// <summary>Where this Mayfly's parts are, by its settings.</summary>
internal sealed record Installation(string App, string Data, string Images, string Launcher, string User, string? ImageProvider)
{
    public string CellsProgram => Path.Combine(App, "mayfly-cells");

    public string GatewayData => Path.Combine(Data, "gateway");

    /// <summary>Whether its cells are micro-VMs, which need a kernel and a disk beside the image.</summary>
    public bool NeedsGuest => Launcher == "microvm";

    /// <summary>How long to wait for cells: their machine may be emulated, and then takes up to eight times as long for everything.</summary>
    public TimeSpan Patience(TimeSpan usual) => NeedsGuest ? usual * 8 : usual;

    public static Installation From(IConfiguration settings) => new(
        App: AppContext.BaseDirectory.TrimEnd('/'),
        Data: Path.GetFullPath(settings["Data"] ?? "/var/lib/mayfly"),
        Images: Path.GetFullPath(settings["Images"] ?? "/var/cache/mayfly/images"),
        Launcher: settings["Launcher"] ?? "container",
        User: settings["User"] ?? "mayfly",
        ImageProvider: settings["Image_Provider"]);

    /// <summary>
    /// Makes the gateway's directory, as mayfly-cells does at its start, so that a key can be created before it. Root's
    /// directory holds it, so nobody else can have put something else in its place.
    /// </summary>
    public void EnsureGatewayData()
    {
        if (Directory.Exists(GatewayData))
        {
            return;
        }

        Directory.CreateDirectory(Data);
        SystemCalls.MakeOwnedDirectory(GatewayData, User);
    }
}
