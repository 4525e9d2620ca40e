using Mayfly.Images;

namespace Mayfly.Cli.Doctor;

/// <summary>Whether the runtime image is there and whole, and which Python it has.</summary>
internal static class ImageCheck
{
    public static async Task<List<Finding>> RunAsync(Installation installation, CancellationToken stop)
    {
        try
        {
            if (InstalledImage.Find(installation) is not { } image)
            {
                return [Finding.Fail("image", $"none for this version in {installation.Images}", "./mayfly image build")];
            }

            await ImageStore.VerifyAsync(image, contents: false, stop);
            var languages = string.Join(", ", image.Manifest.Languages.Select(language => $"{language.Implementation} {language.Version}"));
            return
            [
                Finding.Pass("image", $"{image.Manifest.Digest[..12]}: {languages}"),
                image.Manifest.Provider.Name == PythonProvider.Standalone.Name()
                    ? Finding.Pass("python", "3.12, by the lock file")
                    : Finding.Caution("python", $"the distribution's, not 3.12: {image.Manifest.Provider.Why}", "./mayfly image build --provider standalone"),
            ];
        }
        catch (ImageBuildException damaged)
        {
            return [Finding.Fail("image", damaged.Message, "./mayfly image build --force")];
        }
    }
}
