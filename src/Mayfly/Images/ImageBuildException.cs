namespace Mayfly.Images;

/// <summary>The image could not be made; the message says what was tried, on what, and what to do. Shown without a stack trace.</summary>
internal class ImageBuildException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// An input is not what its lock file says. Never mended by trying something else: either the lock file is wrong or somebody
/// changed the input.
/// </summary>
internal sealed class HashMismatchException(string what, string expected, string actual)
    : ImageBuildException($"{what} is not what the lock file says: expected sha256 {expected}, got {actual}. Nothing was installed from it.")
{
    public string Expected { get; } = expected;

    public string Actual { get; } = actual;
}

/// <summary>A source cannot be reached from this machine: the one failure after which the other Python provider may be taken.</summary>
internal sealed class SourceUnreachableException(string message, Exception? inner = null) : ImageBuildException(message, inner);
