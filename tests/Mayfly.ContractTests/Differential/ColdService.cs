using Mayfly.ContractTests.Differential;

[assembly: AssemblyFixture(typeof(ColdService))]

namespace Mayfly.ContractTests.Differential;

/// <summary>A second service that starts a fresh interpreter for each execution: what the service under test is compared with.</summary>
public sealed class ColdService : IDisposable
{
    public const string UrlVariable = "MAYFLY_TEST_COLD_URL";

    /// <summary>Its key; that of the first service where the two share their keys.</summary>
    public const string KeyVariable = "MAYFLY_TEST_COLD_KEY";

    public Service Service { get; } = Service.At(UrlVariable, KeyVariable, Service.KeyVariable);

    public void Dispose() => Service.Dispose();
}
