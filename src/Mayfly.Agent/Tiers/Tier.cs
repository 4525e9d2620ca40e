using System.Text.RegularExpressions;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Tiers;

/// <summary>A kind of zygote: a language, and what is imported ahead.</summary>
/// <param name="Name">Its name in messages and metrics, e.g. "python+numeric".</param>
/// <param name="Language">Whose interpreter.</param>
/// <param name="Modules">Imported in this order; empty: the bare interpreter.</param>
/// <param name="Spares">Children kept waiting, at least.</param>
internal sealed partial record Tier(string Name, Language Language, IReadOnlyList<string> Modules, int Spares)
{
    /// <summary>The configured tiers, checked.</summary>
    /// <exception cref="ArgumentException">One cannot be; names it and says why.</exception>
    public static IReadOnlyList<Tier> FromConfigure(Configure configure)
    {
        if (configure.Tiers.Count > FrameLimits.MaxTiers) throw new ArgumentException($"tiers: {configure.Tiers.Count} are more than {FrameLimits.MaxTiers}");
        var tiers = configure.Tiers.Select(From).ToList();
        return tiers.Select(tier => tier.Name).Distinct(StringComparer.Ordinal).Count() == tiers.Count
            ? tiers
            : throw new ArgumentException("tiers: two have the same name");
    }

    private static Tier From(Protocol.Messages.Tier tier)
    {
        if (!Names().IsMatch(tier.Name)) throw new ArgumentException($"tiers: \"{tier.Name}\" is no name: letters, digits, \"+\", \"-\", \".\", at most 40");
        if (tier.Language is not (Language.Python or Language.Javascript)) throw new ArgumentException($"tier {tier.Name}: language {(int)tier.Language} is not known");
        if (tier.Modules.Count > FrameLimits.MaxTierModules) throw new ArgumentException($"tier {tier.Name}: {tier.Modules.Count} modules are more than {FrameLimits.MaxTierModules}");
        if (tier.Modules.FirstOrDefault(module => !ModuleNames().IsMatch(module)) is { } wrong)
        {
            throw new ArgumentException($"tier {tier.Name}: \"{wrong}\" is no module's name");
        }

        if (tier.Spares > FrameLimits.MaxTierSpares) throw new ArgumentException($"tier {tier.Name}: {tier.Spares} spares are more than {FrameLimits.MaxTierSpares}");
        return new Tier(tier.Name, tier.Language, [.. tier.Modules], (int)tier.Spares);
    }

    [GeneratedRegex("^[A-Za-z0-9+.-]{1,40}$")]
    private static partial Regex Names();

    // Python's dotted names, and names of Node.js packages, which may have a scope and a path.
    [GeneratedRegex("^@?[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,79}$")]
    private static partial Regex ModuleNames();
}
