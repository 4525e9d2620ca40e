using System.Text.Json;
using Mayfly.Images;

namespace Mayfly.UnitTests.Images;

/// <summary>Recipes for tests: the shipped one with another lock file.</summary>
internal static class Recipes
{
    public static ImageRecipe Write(Scratch scratch, PythonLock python, string architecture = "x86_64")
    {
        var directory = Directory.CreateDirectory(Path.Combine(scratch.Path, "recipe")).FullName;
        foreach (var file in Directory.EnumerateFiles(ImageRecipe.ShippedDirectory))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)), overwrite: true);
        }

        File.WriteAllBytes(Path.Combine(directory, "python-3.12.lock.json"), JsonSerializer.SerializeToUtf8Bytes(python, ImagesJson.Default.PythonLock));
        return ImageRecipe.Load(directory, architecture);
    }
}
