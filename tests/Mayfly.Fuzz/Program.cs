// Fuzzes what reads an attacker's bytes. Mutation-based, without coverage feedback: an input is kept when the target says that it led to an
// answer of a new kind. Reproducible: the same target, corpus, seed and number of runs give the same inputs.
//
//   dotnet run --project tests/Mayfly.Fuzz -- frame-reader --seconds 30 [--corpus DIR] [--seed N] [--runs N]
//   dotnet run --project tests/Mayfly.Fuzz -- write-seeds --corpus DIR
//
// Exit code 0: nothing found; 1: an input broke the target, and lies in DIR as crash-<hash>; 2: wrong usage.
using System.Globalization;
using Mayfly.Fuzz;

if (Options.TryParse(args, out var options) is { } problem)
{
    Console.Error.WriteLine(problem);
    return 2;
}

if (options.Target == "write-seeds")
{
    Seeds.Write(options.Corpus);
    return 0;
}

var corpus = Directory.EnumerateFiles(options.Corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
if (corpus.Count == 0)
{
    Console.Error.WriteLine($"{options.Corpus} holds no input to begin with. \"write-seeds --corpus {options.Corpus}\" makes some.");
    return 2;
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Target}: {corpus.Count} inputs, seed {options.Seed}"));
var fuzzer = new Fuzzer(FrameReaderTarget.Run, corpus, options.Seed);
var failure = fuzzer.Run(options.Runs, options.Time);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Target}: {fuzzer.Runs} runs, {fuzzer.Kinds} kinds of answer"));
if (failure is null) return 0;

var path = Path.Combine(options.Corpus, $"crash-{Fuzzer.NameOf(failure.Input)}");
File.WriteAllBytes(path, failure.Input);
Console.Error.WriteLine($"{options.Target}: broken by {path} ({failure.Input.Length} bytes): {failure.What}");
return 1;
