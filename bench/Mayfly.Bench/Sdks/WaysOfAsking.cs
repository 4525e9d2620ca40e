using Mayfly.Bench.Arithmetic;

namespace Mayfly.Bench.Sdks;

/// <summary>Milliseconds of the same program asked for in three ways, in turns.</summary>
/// <param name="Sdk">Through the SDK.</param>
/// <param name="Raw">The same request by the language's own HTTP client over a connection that stays open.</param>
/// <param name="Bare">The same without an Idempotency-Key, which the SDK always sends and the service keeps the answer for.</param>
internal sealed record WaysOfAsking(IReadOnlyList<double> Sdk, IReadOnlyList<double> Raw, IReadOnlyList<double> Bare)
{
    // Each way is asked twice in a turn: there, and back.
    private const int InTurn = 2;

    /// <summary>The SDK's time over another way's: the median over the turns, each of which is over before the machine has changed.</summary>
    public double RatioTo(IReadOnlyList<double> other) =>
        Statistics.Median(Sdk.Chunk(InTurn).Zip(other.Chunk(InTurn), (own, its) => own.Sum() / its.Sum()));
}
