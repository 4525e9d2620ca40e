using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mayfly.Images;

/// <summary>The inputs of an image: recipe, lock files and scripts of one folder (<c>cell/image</c>), for one architecture.</summary>
internal sealed class ImageRecipe
{
    /// <summary>Counts changes of the steps in this folder's C# that change what comes out of the same inputs.</summary>
    private const int Steps = 1;

    private const string PythonLockFile = "python-3.12.lock.json";

    private readonly Dictionary<string, byte[]> _files;

    private ImageRecipe(string directory, string architecture, Dictionary<string, byte[]> files)
    {
        Directory = directory;
        Architecture = architecture;
        _files = files;
        Data = JsonSerializer.Deserialize(Content("recipe.json"), ImagesJson.Default.RecipeData)!;
        Python = JsonSerializer.Deserialize(Content(PythonLockFile), ImagesJson.Default.PythonLock)!;
    }

    /// <summary>The recipe that this build of Mayfly came with.</summary>
    public static string ShippedDirectory => Path.Combine(AppContext.BaseDirectory, "image");

    /// <summary>The kernel's name of this machine's architecture.</summary>
    public static string HostArchitecture => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "x86_64",
        System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
        var other => throw new ImageBuildException($"no image can be made for {other}: lock files exist for x86_64 and aarch64"),
    };

    public string Directory { get; }

    public string Architecture { get; }

    public RecipeData Data { get; }

    public PythonLock Python { get; }

    /// <summary>Reads the recipe in <paramref name="directory"/>.</summary>
    /// <exception cref="ImageBuildException">A file is missing or is not what it should be.</exception>
    public static ImageRecipe Load(string directory, string? architecture = null)
    {
        try
        {
            var files = System.IO.Directory.EnumerateFiles(directory).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes, StringComparer.Ordinal);
            return new ImageRecipe(directory, architecture ?? HostArchitecture, files);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ImageBuildException($"cannot read the image's recipe in {directory}: {failure.Message}", failure);
        }
    }

    /// <summary>Names the image: SHA-256 over everything that decides what is in it and is known before it is built.</summary>
    public string Digest(PythonProvider provider)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, $"mayfly image, steps {Steps}, {Architecture}, {provider.Name()}");
        foreach (var (name, content) in _files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            // The lock file of one provider says nothing about the other's image.
            if (name == PythonLockFile && provider != PythonProvider.Standalone)
            {
                continue;
            }

            Append(hash, name);
            Append(hash, content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Debian packages of the root for this provider.</summary>
    public IReadOnlyList<string> DebianPackages(PythonProvider provider) =>
    [
        .. Data.Packages.Base.Concat(provider == PythonProvider.Standalone ? Data.Packages.Standalone : Data.Packages.Distribution)
            .Select(package => package.Name),
    ];

    private byte[] Content(string name) =>
        _files.TryGetValue(name, out var content) ? content : throw new FileNotFoundException($"there is no {name}");

    private static void Append(IncrementalHash hash, string text) => Append(hash, Encoding.UTF8.GetBytes(text));

    // Length first: no two different sequences of parts are the same bytes.
    private static void Append(IncrementalHash hash, byte[] part)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.LongLength);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
