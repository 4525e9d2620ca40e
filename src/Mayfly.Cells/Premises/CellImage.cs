using System.Text.Json;

namespace Mayfly.Cells.Premises;

/// <summary>The image that cells are made of: a directory with <c>rootfs/</c> and <c>manifest.json</c>.</summary>
internal sealed record CellImage(string Rootfs, string Digest)
{
    // What a cell mounts something on; on a read-only root it cannot make them itself.
    private static readonly string[] s_mountPoints = ["proc", "dev", "run", "mayfly", "sandbox", "tmp"];

    /// <summary>Opens one and checks that cells can be made of it.</summary>
    public static CellImage Open(string directory)
    {
        var rootfs = $"{directory}/rootfs";
        foreach (var point in s_mountPoints)
        {
            if (!Directory.Exists($"{rootfs}/{point}"))
            {
                throw new StartException($"image {directory}: rootfs/{point} is missing. The image is incomplete or of another version; build it anew: mayfly image build");
            }
        }

        return new CellImage(rootfs, ReadDigest($"{directory}/manifest.json"));
    }

    private static string ReadDigest(string path)
    {
        try
        {
            using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));
            return manifest.RootElement.GetProperty("digest").GetString() ?? throw new KeyNotFoundException();
        }
        catch (Exception failure) when (failure is IOException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new StartException($"image manifest {path}: no readable \"digest\" ({failure.Message}). Build the image anew: mayfly image build");
        }
    }
}
