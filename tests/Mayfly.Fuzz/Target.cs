namespace Mayfly.Fuzz;

/// <summary>Something that reads bytes of which an attacker, or a slip of the hand, decides.</summary>
/// <param name="Name">Its directory in the corpus, too.</param>
/// <param name="Run">Returns the kind of its answer; throws if a promise does not hold.</param>
/// <param name="Words">What its inputs are made of.</param>
internal sealed record Target(string Name, Func<byte[], string> Run, IReadOnlyList<string> Words)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<Target> All { get; } =
    [
        new("frame-reader", FrameReaderTarget.Run, []),
        new("request", RequestTarget.Run, RequestTarget.Words),
        new("imports", ImportsTarget.Run, ImportsTarget.Words),
        new("seccomp", SeccompTarget.Run, SeccompTarget.Words),
    ];
}
