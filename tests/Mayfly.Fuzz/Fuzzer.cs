using System.Diagnostics;
using System.Security.Cryptography;

namespace Mayfly.Fuzz;

/// <summary>An input and what it broke.</summary>
internal sealed record Failure(byte[] Input, string What);

/// <summary>Runs a target on changed inputs until something breaks or the bound is reached.</summary>
/// <param name="target">What is tried.</param>
/// <param name="corpus">Inputs to begin with.</param>
/// <param name="seed">Makes a run repeatable.</param>
internal sealed class Fuzzer(Target target, List<byte[]> corpus, int seed)
{
    // Bounds what is remembered, whatever a target calls a kind.
    private const int MaxKinds = 4096;
    private const int MaxInputBytes = 256 * 1024;

    private readonly Random _random = new(seed);
    private readonly HashSet<string> _kinds = [];

    internal long Runs { get; private set; }

    internal int Kinds => _kinds.Count;

    internal static string NameOf(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..16];

    /// <summary>First the corpus as it is, then changes of it.</summary>
    internal Failure? Run(long runs, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        foreach (var input in corpus.ToArray())
        {
            if (Try(input) is { } failure) return failure;
        }

        while (Runs < runs && clock.Elapsed < time)
        {
            if (Try(Mutation.Of(corpus, target.Words, _random, MaxInputBytes)) is { } failure) return failure;
        }

        return null;
    }

    private Failure? Try(byte[] input)
    {
        Runs++;
        try
        {
            var kind = target.Run(input);
            if (_kinds.Count < MaxKinds && _kinds.Add(kind)) corpus.Add(input);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is: an exception that the target does not expect is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Failure(input, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
