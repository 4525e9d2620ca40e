namespace Mayfly.Cli;

/// <summary>The image that this version of Mayfly runs programs in.</summary>
internal static class InstalledImage
{
    /// <summary>Its directory, or a failure that says how to make it.</summary>
    public static string Require(IConfiguration settings)
    {
        var installation = Installation.From(settings);
        return Find(installation)
            ?? throw new CommandFailure($"there is no runtime image for this version in {installation.Images}. Make it: ./mayfly image build");
    }

    public static string? Find(Installation installation) =>
        Directory.Exists(installation.Images)
            ? Directory.EnumerateDirectories(installation.Images).FirstOrDefault(directory => File.Exists(Path.Combine(directory, "manifest.json")))
            : null;
}
