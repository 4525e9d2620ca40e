using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Tiers;

/// <summary>Chooses the kind of jail for a program.</summary>
/// <param name="tiers">As configured.</param>
/// <param name="warm">The kind of each tier.</param>
/// <param name="cold">For everything else.</param>
internal sealed class SpareChoice(IReadOnlyList<Tier> tiers, IReadOnlyList<SpareKind> warm, SpareKind cold)
{
    private readonly TierChoice _choice = new(tiers);

    /// <summary>The kind; the cold one if it was asked for, or if a warm interpreter could not obey what comes with the program.</summary>
    public SpareKind For(Execute execute)
    {
        if (execute.Cold || NeedsFreshInterpreter(execute)) return cold;
        var index = execute.Tier.Length > 0 ? IndexOf(execute.Tier, execute.Language) : _choice.For(execute.Language, execute.Code.Span);
        return index < 0 ? cold : warm[index];
    }

    // Interpreters and their libraries read these when they start.
    private static bool NeedsFreshInterpreter(Execute execute)
    {
        foreach (var variable in execute.Env)
        {
            if (Runtimes.IsReadAtStart(variable.Name)) return true;
        }

        return false;
    }

    private int IndexOf(string name, Language language)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            if (tiers[i].Name == name && tiers[i].Language == language) return i;
        }

        return -1;
    }
}
