using Mayfly.Images;

namespace Mayfly.HostTests.Images;

/// <summary>The image that this build of Mayfly would run programs in, and a way to run one in it without cell and jail.</summary>
public sealed class InstalledImage : IDisposable
{
    private readonly DirectoryInfo _stage = Directory.CreateTempSubdirectory("mayfly-test-");

    public InstalledImage()
    {
        // Readable for the user that programs run as.
        using var chmod = System.Diagnostics.Process.Start("chmod", ["755", _stage.FullName]);
        chmod.WaitForExit();
        var store = new ImageStore(Environment.GetEnvironmentVariable("MAYFLY_IMAGES") ?? "/var/cache/mayfly/images");
        Image = Environment.IsPrivilegedProcess
            ? store.Find(ImageRecipe.Load(ImageRecipe.ShippedDirectory), PythonProviderNames.Parse(Environment.GetEnvironmentVariable("MAYFLY_IMAGE_PROVIDER")))
            : null;
    }

    internal Image? Image { get; }

    /// <summary>Skips the test where there is no image.</summary>
    internal Image Require()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        Assert.SkipWhen(Image is null, "needs the runtime image: ./mayfly image build");
        return Image!;
    }

    /// <summary>Runs a command in the image, read-only and without a right; answers with its standard output.</summary>
    internal Task<string> RunAsync(params string[] command) =>
        InsideRoot.AskAsync(Require().Root, _stage.FullName, TimeSpan.FromMinutes(1), command, TestContext.Current.CancellationToken);

    /// <summary>Runs a program by its interpreter.</summary>
    internal Task<string> RunAsync(string interpreter, string extension, string program)
    {
        File.WriteAllText(Path.Combine(_stage.FullName, "main" + extension), program);
        return RunAsync(interpreter, "/mnt/main" + extension);
    }

    public void Dispose() => _stage.Delete(recursive: true);
}
