using Xunit.Sdk;
using Xunit.v3;

// Most of a test's time is spent waiting for the service, so more of them run side by side than there are cores; more than a
// few would measure the queue instead of the program.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]

namespace Mayfly.ContractTests;

/// <summary>Traits that choose what to run: <c>-trait- Speed=slow</c> leaves out what waits for a limit of seconds.</summary>
public static class Speed
{
    public const string Name = "Speed";
    public const string Slow = "slow";
}

/// <summary>Which case of the list of attacks a test holds.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class CaseAttribute(string id) : Attribute, ITraitAttribute
{
    public string Id => id;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [KeyValuePair.Create("Case", id)];
}

/// <summary>Cases as data: one row a case, its name a claim. A claim made twice is a mistake and says so.</summary>
public sealed class Table<TCase>
{
    private readonly Dictionary<string, TCase> _cases = [];

    public TCase this[string claim]
    {
        get => _cases[claim];
        set => _cases.Add(claim, value);
    }

    /// <summary>The claims, for a theory's member data: rows hold names only, so that the runner can tell them apart.</summary>
    public IEnumerable<TheoryDataRow<string>> Rows => _cases.Keys.Select(claim => new TheoryDataRow<string>(claim) { Label = claim });
}
