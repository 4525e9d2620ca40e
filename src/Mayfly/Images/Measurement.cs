using System.Text.Json;

namespace Mayfly.Images;

/// <summary>What measure.py and measure.js answer.</summary>
/// <param name="Version">Of the interpreter.</param>
/// <param name="Implementation">Which interpreter.</param>
/// <param name="Libraries">Version by module.</param>
/// <param name="Packages">Everything that is installed for this language.</param>
internal sealed record MeasuredLanguage(
    string Version, string Implementation, IReadOnlyDictionary<string, string> Libraries, IReadOnlyList<MeasuredPackage> Packages);

internal sealed record MeasuredPackage(string Name, string Version, string? Licence = null);

/// <summary>
/// Asks the finished root what is in it, by running it as a program would: read-only and without rights. A version in the
/// manifest is one that an interpreter said of itself, and an image whose libraries cannot be loaded is never published.
/// </summary>
internal static class Measurement
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <param name="root">The finished root.</param>
    /// <param name="stage">Holds <c>image/</c>, the recipe's folder.</param>
    /// <param name="language">What is asked, and what must be there.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<MeasuredLanguage> AskAsync(string root, string stage, RecipeLanguage language, CancellationToken cancel)
    {
        string[] program = language.Language switch
        {
            "python" => ["/usr/bin/python3", "/mnt/image/measure.py"],
            "javascript" => ["/usr/bin/node", "/mnt/image/measure.js"],
            _ => throw new ImageBuildException($"""recipe.json: nothing measures a language called "{language.Language}" """),
        };
        var answer = await InsideRoot.AskAsync(root, stage, s_limit, [.. program, .. language.Libraries.Select(library => library.Module)], cancel);
        try
        {
            return JsonSerializer.Deserialize(answer, ImagesJson.Default.MeasuredLanguage)!;
        }
        catch (JsonException failure)
        {
            throw new ImageBuildException($"{program[1]} answered something else than JSON: {answer[..Math.Min(answer.Length, 200)]}", failure);
        }
    }

    /// <summary>The licences that Debian's packages declare, by package.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> DebianLicencesAsync(string root, string stage, CancellationToken cancel)
    {
        var lines = await InsideRoot.AskAsync(
            root, stage, s_limit, ["/bin/sh", "-c", "cd /usr/share/doc; for package in *; do echo \"$package: $(sed -n 's/^License: *//p' \"$package/copyright\" 2>&1 | sort -u | head -n 12 | paste -sd, -)\"; done"], cancel);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(
                pair => pair[0],
                // Not every copyright file is machine-readable; each is in the image.
                pair => pair[1].Length > 0 ? pair[1].Replace(",", ", ", StringComparison.Ordinal) : $"see /usr/share/doc/{pair[0]}/copyright",
                StringComparer.Ordinal);
    }
}
