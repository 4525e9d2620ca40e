using System.Text.Json.Serialization;

namespace Mayfly.Images;

/// <summary>Node.js itself and the JavaScript libraries, by <c>npm ci</c>: exactly what package-lock.json says, each by its hash.</summary>
internal static class NodePackages
{
    /// <summary>Makes <paramref name="stage"/>/npm/node_modules.</summary>
    /// <param name="recipe">Has the lock file.</param>
    /// <param name="stage">Where to.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="registry">Instead of the one that npm is set to on this machine; a test's.</param>
    public static async Task FetchAsync(ImageRecipe recipe, string stage, CancellationToken cancel, Uri? registry = null)
    {
        var directory = Path.Combine(stage, "npm");
        Directory.CreateDirectory(directory);
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(recipe.Directory, file), Path.Combine(directory, file));
        }

        // No script of a package runs. Its cache goes away with the build: /root keeps nothing of ours.
        await new ExternalProgram("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--cache", Path.Combine(stage, "npm-cache"))
        {
            WorkingDirectory = directory,
            Limit = TimeSpan.FromMinutes(10),
            IsTied = true,
            Environment = registry is null ? [] : new Dictionary<string, string> { ["npm_config_registry"] = registry.ToString() },
        }.RunAsync(cancel);
        Directory.Delete(Path.Combine(stage, "npm-cache"), recursive: true);
    }
}

/// <summary>package-lock.json, as far as the manifest needs it.</summary>
/// <param name="Packages">By path: <c>node_modules/NAME</c>.</param>
internal sealed record NpmLock(IReadOnlyDictionary<string, NpmLockedPackage> Packages);

/// <param name="Integrity">Absent for the project itself.</param>
internal sealed record NpmLockedPackage([property: JsonPropertyName("integrity")] string? Integrity = null);
