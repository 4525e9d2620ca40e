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

    /// <summary>The index of the tier among those configured; -1 if none is of the language.</summary>
    public int For(Language language, ReadOnlySpan<byte> code) => language switch
    {
        Language.Python => _python.For(code),
        Language.Javascript => _javaScript.For(code),
        _ => -1,
    };

    private sealed class OfLanguage
    {
        private readonly Language _language;

        // Every package that some tier has, as a program would name it.
        private readonly byte[][] _packages;

        // Small ones first; of each, which packages it has.
        private readonly (int Index, bool[] Has, int Size)[] _tiers;

        public OfLanguage(IReadOnlyList<Tier> tiers, Language language)
        {
            _language = language;
            string[] packages = [.. tiers.Where(tier => tier.Language == language).SelectMany(tier => tier.Modules).Select(Package).Distinct(StringComparer.Ordinal)];
            _packages = [.. packages.Select(Encoding.ASCII.GetBytes)];
            _tiers = [.. tiers.Index().Where(tier => tier.Item.Language == language)
                .Select(tier => (tier.Index, packages.Select(tier.Item.Modules.Select(Package).Contains).ToArray(), tier.Item.Modules.Count))
                .OrderBy(tier => tier.Count)];
        }

        public int For(ReadOnlySpan<byte> code)
        {
            if (_tiers.Length == 0) return -1;
            Span<bool> wanted = _packages.Length <= 256 ? stackalloc bool[_packages.Length] : new bool[_packages.Length];
            if (_packages.Length > 0) ImportScan.Mark(_language, code, _packages, wanted);

            var (best, bestHits) = (_tiers[0].Index, -1);
            foreach (var (index, has, _) in _tiers)
            {
                var hits = 0;
                for (var i = 0; i < has.Length; i++)
                {
                    if (has[i] && wanted[i]) hits++;
                }

                if (hits > bestHits) (best, bestHits) = (index, hits);
            }

            return best;
        }

        // numpy.linalg is in numpy; lodash/fp in lodash.
        private static string Package(string module) => module.Split('.', '/')[0];
    }
}
