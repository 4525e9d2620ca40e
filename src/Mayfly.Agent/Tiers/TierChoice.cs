using System.Text;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Tiers;

/// <summary>Chooses the tier for a program: the smallest that has all it seems to import, else the one that has most of it.</summary>
internal sealed class TierChoice
{
    private readonly OfLanguage _python;
    private readonly OfLanguage _javaScript;

    public TierChoice(IReadOnlyList<Tier> tiers)
    {
        _python = new OfLanguage(tiers, Language.Python);
        _javaScript = new OfLanguage(tiers, Language.Javascript);
    }

    /// <summary>The index of the tier among those configured, -1 if none is of the language; and how many of its modules, in their order, the program has any use for.</summary>
    public (int Tier, int Imports) For(Language language, ReadOnlySpan<byte> code) => language switch
    {
        Language.Python => _python.For(code),
        Language.Javascript => _javaScript.For(code),
        _ => (-1, 0),
    };

    private sealed class OfLanguage
    {
        private readonly Language _language;

        // Every package that some tier has, as a program would name it.
        private readonly byte[][] _packages;

        // Small ones first; of each, at which place it has a package, counted from 1; 0: it has not.
        private readonly (int Index, int[] Places)[] _tiers;

        public OfLanguage(IReadOnlyList<Tier> tiers, Language language)
        {
            _language = language;
            string[] packages = [.. tiers.Where(tier => tier.Language == language).SelectMany(tier => tier.Modules).Select(Package).Distinct(StringComparer.Ordinal)];
            _packages = [.. packages.Select(Encoding.ASCII.GetBytes)];
            _tiers = [.. tiers.Index().Where(tier => tier.Item.Language == language).OrderBy(tier => tier.Item.Modules.Count)
                .Select(tier => (tier.Index, packages.Select(package => tier.Item.Modules.Select(Package).ToList().LastIndexOf(package) + 1).ToArray()))];
        }

        public (int Tier, int Imports) For(ReadOnlySpan<byte> code)
        {
            if (_tiers.Length == 0) return (-1, 0);
            Span<bool> wanted = _packages.Length <= 256 ? stackalloc bool[_packages.Length] : new bool[_packages.Length];
            if (_packages.Length > 0) ImportScan.Mark(_language, code, _packages, wanted);

            var (best, bestHits, bestImports) = (_tiers[0].Index, -1, 0);
            foreach (var (index, places) in _tiers)
            {
                var (hits, imports) = (0, 0);
                for (var i = 0; i < places.Length; i++)
                {
                    if (places[i] == 0 || !wanted[i]) continue;
                    hits++;
                    imports = Math.Max(imports, places[i]);
                }

                if (hits > bestHits) (best, bestHits, bestImports) = (index, hits, imports);
            }

            return (best, bestImports);
        }

        // numpy.linalg is in numpy; lodash/fp in lodash.
        private static string Package(string module) => module.Split('.', '/')[0];
    }
}
