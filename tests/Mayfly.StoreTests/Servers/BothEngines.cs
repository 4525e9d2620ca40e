using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]
[assembly: AssemblyFixture(typeof(Mayfly.StoreTests.Servers.SharedServers))]

namespace Mayfly.StoreTests.Servers;

/// <summary>The databases on which everything must be the same.</summary>
public enum EngineName
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a theory once on each engine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothEnginesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. Enum.GetValues<EngineName>().Select(engine => new TheoryDataRow(engine))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
