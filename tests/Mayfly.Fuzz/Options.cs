using System.Globalization;

namespace Mayfly.Fuzz;

/// <summary>The command line.</summary>
internal sealed record Options(string Target, string Corpus, int Seed, long Runs, TimeSpan Time)
{
    private static readonly string[] s_targets = ["frame-reader", "write-seeds"];

    /// <summary>Reads it; returns what is wrong with it, or null.</summary>
    internal static string? TryParse(string[] args, out Options options)
    {
        options = new("", Path.Combine(AppContext.BaseDirectory, "Corpus"), 1, long.MaxValue, TimeSpan.FromSeconds(10));
        if (args.Length == 0 || !s_targets.Contains(args[0])) return $"The first argument names a target: {string.Join(", ", s_targets)}.";

        options = options with { Target = args[0] };
        for (var i = 1; i < args.Length; i += 2)
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
                default:
                    return $"{args[i]} is not known; there are --corpus, --seed, --runs, --seconds.";
            }
        }

        return Directory.Exists(options.Corpus) ? null : $"--corpus {options.Corpus} is no directory.";
    }
}
