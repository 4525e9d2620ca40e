using Mayfly.Images;
using Mayfly.Images.Guest;

namespace Mayfly.Cli;

/// <summary>The image that this version of Mayfly runs programs in.</summary>
internal static class InstalledImage
{
    /// <summary>Its directory, or a failure that says how to make it. Checks that no file was changed, by rights and lengths.</summary>
    /// <exception cref="CommandFailure">There is none, or it is damaged.</exception>
    public static async Task<string> RequireAsync(IConfiguration settings, CancellationToken stop)
    {
        var installation = Installation.From(settings);
        try
        {
            var image = Find(installation)
                ?? throw new CommandFailure($"there is no runtime image for this version in {installation.Images}. Make it: ./mayfly image build");
            await ImageStore.VerifyAsync(image, contents: false, stop);
            return image.Directory;
        }
        catch (ImageBuildException damaged)
        {
            throw new CommandFailure(damaged.Message);
        }
    }

    /// <summary>The directory of its part for micro-VMs, or a failure that says how to make it.</summary>
    /// <exception cref="CommandFailure">There is none of this image.</exception>
    public static string RequireGuest(Image image) => GuestBuilder.IsThere(image)
        ? GuestBuilder.DirectoryOf(image.Directory)
        : throw new CommandFailure($"the image {image.Directory} has no part for micro-VMs yet. Make it: ./mayfly image build --guest");

    /// <summary>The image; null if there is none. With a provider set, no other's is taken for it.</summary>
    public static Image? Find(Installation installation) =>
        new ImageStore(installation.Images).Find(ImageRecipe.Load(ImageRecipe.ShippedDirectory), PythonProviderNames.Parse(installation.ImageProvider));
}
