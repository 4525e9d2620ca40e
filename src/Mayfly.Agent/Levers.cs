namespace Mayfly.Agent;

/// <summary>What makes executions fast and can be left out one by one, so that <c>./mayfly bench --ablation</c> shows what each is worth.</summary>
/// <remarks>Nothing here is a layer of the jail. bench/levers.json describes them.</remarks>
internal sealed record Levers
{
    private readonly HashSet<string> _off;

    public Levers(IEnumerable<string> off)
    {
        _off = [.. off];
        if (_off.FirstOrDefault(name => !s_known.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"lever \"{unknown}\" is not known; there are: {string.Join(", ", s_known.Order(StringComparer.Ordinal))}");
        }
    }

    private static readonly HashSet<string> s_known = ["early-end", "calm-top-up", "kept-network", "spares-yield", "collapse", "copy-ahead", "still-heap", "near-heap"];

    /// <summary>The answer does not wait until the kernel has taken the program's memory apart.</summary>
    public bool EarlyEnd => !_off.Contains("early-end");

    /// <summary>Spares are replaced when nothing runs, or a little later.</summary>
    public bool CalmTopUp => !_off.Contains("calm-top-up");

    /// <summary>A network namespace in which no program had a socket serves the next one, too.</summary>
    public bool KeptNetwork => !_off.Contains("kept-network");

    /// <summary>Who makes spares has less of the processors than programs that run.</summary>
    public bool SparesYield => !_off.Contains("spares-yield");

    /// <summary>The names left out: zygotes are told those that are theirs.</summary>
    public IReadOnlyCollection<string> Off => _off;
}
