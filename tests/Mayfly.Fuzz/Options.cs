using System.Globalization;

namespace Mayfly.Fuzz;

/// <summary>The command line.</summary>
internal sealed record Options(IReadOnlyList<Target> Targets, string Corpus, int Seed, long Runs, TimeSpan Time)
{
    /// <summary>Writes the frame reader's seeds anew instead.</summary>
    internal const string WriteSeeds = "write-seeds";

    /// <summary>Reads it; returns what is wrong with it, or null.</summary>
    internal static string? TryParse(string[] args, out Options options)
    {
        options = new(Target.All, Path.Combine(AppContext.BaseDirectory, "Corpus"), 1, long.MaxValue, TimeSpan.FromMinutes(1));
        var first = args is [var name, ..] && !name.StartsWith("--", StringComparison.Ordinal) ? name : null;
        if (first is not null and not "all") options = options with { Targets = [.. Target.All.Where(target => target.Name == first)] };
        if (options.Targets.Count == 0 && first != WriteSeeds) return $"There is no target {first}; there are all, {string.Join(", ", Target.All.Select(target => target.Name))}.";

        for (var i = first is null ? 0 : 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return $"{args[i]} needs a value.";
            if (args[i] == "--corpus")
            {
                options = options with { Corpus = args[i + 1] };
                continue;
            }

            if (!long.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return $"{args[i]} is {args[i + 1]}; it must be a number.";
            switch (args[i])
            {
                case "--seed":
                    options = options with { Seed = unchecked((int)number) };
                    break;
                case "--runs":
                    options = options with { Runs = number, Time = TimeSpan.MaxValue };
                    break;
                case "--seconds":
                    options = options with { Time = TimeSpan.FromSeconds(number) };
                    break;
                case "--minutes":
                    options = options with { Time = TimeSpan.FromMinutes(number) };
                    break;
                default:
                    return $"{args[i]} is not known; there are --minutes, --seconds, --runs, --seed, --corpus.";
            }
        }

        return Directory.Exists(options.Corpus) ? null : $"--corpus {options.Corpus} is no directory.";
    }
}
