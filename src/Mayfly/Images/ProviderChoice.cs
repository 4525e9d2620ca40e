namespace Mayfly.Images;

/// <summary>Decides where the image's Python comes from.</summary>
internal static class ProviderChoice
{
    /// <summary>
    /// Python 3.12 wherever both of its sources can be reached, else the distribution's. Its inputs are fetched on the way: that is
    /// the only proof that they can be. An input that was fetched and has the wrong hash is not "cannot be reached": it ends the build.
    /// </summary>
    /// <param name="wanted">What was asked for by setting; null: decide.</param>
    /// <param name="isThere">Whether the image with Python 3.12 is there already.</param>
    /// <param name="standalone">Fetches Python 3.12.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="progress">Is told of a fallback.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="SourceUnreachableException">Python 3.12 was asked for by setting and cannot be had.</exception>
    public static async Task<ProviderDecision> DecideAsync(
        PythonProvider? wanted, bool isThere, StandalonePython standalone, string stage, IProgress<string> progress, CancellationToken cancel)
    {
        if (wanted == PythonProvider.Distribution)
        {
            return new ProviderDecision(PythonProvider.Distribution, "it was asked for by setting");
        }

        if (isThere)
        {
            return new ProviderDecision(PythonProvider.Standalone, "its image is there");
        }

        try
        {
            await standalone.ProbeAsync(cancel);
            await standalone.FetchAsync(stage, progress, cancel);
            return new ProviderDecision(PythonProvider.Standalone, wanted is null ? "both of its sources could be reached" : "it was asked for by setting");
        }
        catch (SourceUnreachableException failure) when (wanted is null)
        {
            // Said here, in the manifest, and from there wherever versions are shown.
            var why = $"{standalone.Title} could not be had when the image was built: {failure.Message}";
            progress.Report($"the image gets the distribution's own Python 3 and libraries: {why}");
            return new ProviderDecision(PythonProvider.Distribution, why);
        }
    }
}
