using System.Globalization;

namespace Mayfly.Images.Guest;

/// <summary>Debian's kernel for clouds, unpacked and not installed. As with the image, its archive is checked against Debian's signed indices.</summary>
internal static class GuestKernel
{
    /// <summary>Fetches it.</summary>
    /// <returns>A root with /boot and /usr/lib/modules, and what was fetched.</returns>
    public static async Task<(string Root, IReadOnlyList<ManifestPackage> Packages)> FetchAsync(ImageRecipe recipe, string stage, CancellationToken cancel)
    {
        var root = Path.Combine(stage, "kernel");
        var records = Path.Combine(stage, "kernel-packages");
        var keys = Directory.CreateDirectory(Path.Combine(stage, "keys")).FullName;
        var keyFile = $"debian-archive-{recipe.Data.Suite}.asc";
        File.Copy(Path.Combine(recipe.Directory, keyFile), Path.Combine(keys, keyFile));
        var package = recipe.Architecture == "x86_64" ? "linux-image-cloud-amd64" : "linux-image-cloud-arm64";
        await new ExternalProgram("mmdebstrap", [.. Arguments(package), $"--keyring={keys}", recipe.Data.Suite, root])
        {
            IsTied = true,
            Limit = TimeSpan.FromMinutes(15),
            Environment = new Dictionary<string, string>
            {
                ["SOURCE_DATE_EPOCH"] = recipe.Data.Timestamp.ToString(CultureInfo.InvariantCulture),
                ["MAYFLY_PACKAGE_RECORDS"] = records,
            },
        }.RunAsync(cancel);
        return (root, [.. DebianRoot.Parse(await File.ReadAllTextAsync(records, cancel)).Select(one => one with { Licence = "GPL-2.0-only WITH Linux-syscall-note" })]);
    }

    private static IEnumerable<string> Arguments(string package)
    {
        yield return "--variant=extract";
        yield return "--components=main";
        yield return "--mode=root";
        yield return "--format=directory";
        yield return "--skip=output/dev,check/signed-by";
        yield return $"--include={package}";
        yield return """--aptopt=APT::Install-Recommends "false";""";
        yield return """--aptopt=Acquire::Languages "none";""";

        // The package itself is empty and names the kernel's.
        yield return """
            --extract-hook=APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-cache show $(ls "$1"/boot | sed -n 's/^vmlinuz-/linux-image-/p') > "$MAYFLY_PACKAGE_RECORDS"
            """;
    }
}
