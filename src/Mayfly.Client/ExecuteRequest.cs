namespace Mayfly.Client;

/// <summary>A program to run.</summary>
/// <param name="Code">The program's text.</param>
/// <param name="Language">One of <see cref="Languages"/>.</param>
public sealed record ExecuteRequest(string Code, string Language);

/// <summary>What programs may be written in.</summary>
public static class Languages
{
    /// <summary>Python 3.</summary>
    public const string Python = "python";

    /// <summary>JavaScript, run by Node.js.</summary>
    public const string JavaScript = "javascript";
}
