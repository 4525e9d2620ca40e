namespace Mayfly.Dispatch;

/// <summary>The languages a program can be written in.</summary>
public enum Language
{
    /// <summary>Python 3: <c>/sandbox/main.py</c>.</summary>
    Python,

    /// <summary>Node.js, CommonJS: <c>/sandbox/main.js</c>.</summary>
    JavaScript,
}

/// <summary>One program to run. Holds nothing that tells whose it is.</summary>
internal sealed record Execution
{
    /// <summary>Language of <see cref="Code"/>.</summary>
    public required Language Language { get; init; }

    /// <summary>The program, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Code { get; init; }

    /// <summary>Start a fresh interpreter instead of a warm child.</summary>
    public bool Cold { get; init; }

    /// <summary>Arguments after argv[0].</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Added to the fixed environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What stdin holds; empty: at its end.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }
}
