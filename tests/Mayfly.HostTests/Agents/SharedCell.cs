namespace Mayfly.HostTests.Agents;

/// <summary>One cell for all tests of a class: booting one takes longer than most tests.</summary>
public sealed class SharedCell : IDisposable
{
    private readonly Lazy<CellUnderTest> _cell = new(() => CellUnderTest.Boot(slots: 2));

    internal CellUnderTest Cell => _cell.Value;

    public void Dispose()
    {
        if (_cell.IsValueCreated) _cell.Value.Dispose();
    }
}
