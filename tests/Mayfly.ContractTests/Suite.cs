using Xunit.Sdk;
using Xunit.v3;

// Most of a test's time is spent waiting for the service, so more of them run side by side than there are cores; more than a
// few would measure the queue instead of the program.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]

namespace Mayfly.ContractTests;

/// <summary>Traits that choose what to run: <c>-trait- Speed=Slow</c> leaves out what waits for a limit of seconds.</summary>
public static class Speed
{
    public const string Name = "Speed";
    public const string Slow = "Slow";
}

/// <summary>Which case of the list of attacks a test holds.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class CaseAttribute(string id) : Attribute, ITraitAttribute
{
    public string Id => id;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [KeyValuePair.Create("Case", id)];
}
