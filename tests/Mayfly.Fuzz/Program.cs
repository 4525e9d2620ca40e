// ./mayfly fuzz: what reads an attacker's bytes, and what compiles the filter, on changed inputs. Mutation-based, without coverage feedback: an
// input is kept for the run when the target says that it led to an answer of a new kind. Repeatable: the same target, corpus, seed and number
// of runs give the same inputs.
//
//   ./mayfly fuzz [all|frame-reader|request|imports|seccomp] [--minutes N | --seconds N | --runs N] [--seed N] [--corpus DIR]
//
// Time is shared by the targets, runs are for each. Exit code 0: nothing found; 1: an input broke a target, and lies in its directory of the
// corpus as crash-<hash>; 2: wrong usage.
using System.Globalization;
using Mayfly.Fuzz;

if (Options.TryParse(args, out var options) is { } problem)
{
    Console.Error.WriteLine($"mayfly fuzz: {problem}");
    return 2;
}

if (args is [Options.WriteSeeds, ..])
{
    Seeds.Write(Path.Combine(options.Corpus, "frame-reader"));
    return 0;
}

var (broken, inputs) = (0, 0L);
foreach (var target in options.Targets)
{
    var directory = Path.Combine(options.Corpus, target.Name);
    var corpus = Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
    var (seeds, fuzzer) = (corpus.Count, new Fuzzer(target, corpus, options.Seed));
    var failure = fuzzer.Run(options.Runs, options.Time == TimeSpan.MaxValue ? options.Time : options.Time / options.Targets.Count);
    inputs += fuzzer.Runs;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {fuzzer.Runs} inputs from {seeds} of the corpus, {fuzzer.Kinds} kinds of answer, seed {options.Seed}"));
    if (failure is null) continue;

    broken++;
    var path = Path.Combine(directory, $"crash-{Fuzzer.NameOf(failure.Input)}");
    File.WriteAllBytes(path, failure.Input);
    Console.Error.WriteLine($"{target.Name}: broken by {path} ({failure.Input.Length} bytes): {failure.What}");
}

SeccompTarget.CleanUp();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inputs} inputs, {broken} of {options.Targets.Count} targets broken"));
return broken == 0 ? 0 : 1;
