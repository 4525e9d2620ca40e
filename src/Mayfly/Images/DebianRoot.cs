using System.Globalization;
using System.Text.RegularExpressions;

namespace Mayfly.Images;

/// <summary>
/// A minimal Debian root by mmdebstrap. No mirror is named: the host's apt settings and mmdebstrap's default decide. Each
/// archive is checked against apt's indices, which Debian signs, and its hash goes into the manifest. The keys are the recipe's
/// own: another distribution, or an older Debian, has none of this release.
/// </summary>
internal static partial class DebianRoot
{
    private const string RecordsFile = "debian-packages";

    /// <summary>Makes <paramref name="build"/>/rootfs.</summary>
    /// <returns>What was installed.</returns>
    public static async Task<IReadOnlyList<ManifestPackage>> MakeAsync(
        ImageRecipe recipe, PythonProvider provider, string build, IProgress<string> progress, CancellationToken cancel)
    {
        var records = Path.Combine(build, RecordsFile);
        var keys = Directory.CreateDirectory(Path.Combine(build, "keys")).FullName;
        var keyFile = $"debian-archive-{recipe.Data.Suite}.asc";
        File.Copy(Path.Combine(recipe.Directory, keyFile), Path.Combine(keys, keyFile));
        await new ExternalProgram("mmdebstrap", [.. Arguments(recipe, provider), $"--keyring={keys}", recipe.Data.Suite, Path.Combine(build, ImageStore.RootDirectory)])
        {
            // It mounts proc, sys and parts of the host's /dev in the new root. In a mount namespace of its own they are gone however it
            // ends, and nothing that removes an unfinished build can meet the host's files there.
            IsTied = true,
            // Cold, with a slow mirror, on one core; usual is under half a minute.
            Limit = TimeSpan.FromMinutes(15),
            Environment = new Dictionary<string, string>
            {
                ["SOURCE_DATE_EPOCH"] = recipe.Data.Timestamp.ToString(CultureInfo.InvariantCulture),
                ["MAYFLY_PACKAGE_RECORDS"] = records,
            },
            OnErrorLine = line => ReportStep(line, progress),
        }.RunAsync(cancel);

        var packages = Parse(await File.ReadAllTextAsync(records, cancel));
        File.Delete(records);
        Directory.Delete(keys, recursive: true);
        return packages;
    }

    private static IEnumerable<string> Arguments(ImageRecipe recipe, PythonProvider provider)
    {
        yield return "--variant=essential";
        yield return "--components=main";
        yield return "--mode=root";
        yield return "--format=directory";
        yield return "--skip=output/dev,check/signed-by";
        yield return $"--include={string.Join(',', recipe.DebianPackages(provider))}";
        yield return """--aptopt=APT::Install-Recommends "false";""";
        yield return """--aptopt=Acquire::Languages "none";""";
        yield return "--dpkgopt=force-unsafe-io"; // a build that the power fails is thrown away; PublishAsync flushes once
        foreach (var exclude in recipe.Data.Excludes)
        {
            yield return $"--dpkgopt=path-exclude={exclude.Path}";
        }

        // What apt's signed indices say of exactly what was installed, while they are still there.
        yield return """
            --customize-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-cache show $(chroot "$1" dpkg-query --show --showformat '${Package}=${Version} ') > "$MAYFLY_PACKAGE_RECORDS"
            """;
    }

    internal static IReadOnlyList<ManifestPackage> Parse(string records)
    {
        var packages = new List<ManifestPackage>();
        foreach (var record in records.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = record.Split('\n')
                .Where(line => line.Length > 0 && line[0] != ' ' && line.Contains(": ", StringComparison.Ordinal))
                .Select(line => line.Split(": ", 2))
                .DistinctBy(field => field[0])
                .ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
            packages.Add(new ManifestPackage(fields["Package"], fields["Version"], "debian", "sha256-" + fields["SHA256"], Licence: ""));
        }

        // One package from two archives (release and security) has a record in each.
        return [.. packages.DistinctBy(package => package.Name).OrderBy(package => package.Name, StringComparer.Ordinal)];
    }

    // Its steps only ("I: downloading packages with apt..."), and never a mirror's name.
    private static void ReportStep(string line, IProgress<string> progress)
    {
        if (Step().Match(line) is { Success: true } step)
        {
            progress.Report($"Debian root: {step.Groups[1].Value}");
        }
    }

    [GeneratedRegex(@"^I: ((?:downloading|extracting|installing)[a-z ]*)")]
    private static partial Regex Step();
}
