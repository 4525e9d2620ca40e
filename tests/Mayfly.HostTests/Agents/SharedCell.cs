using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>One cell for all tests of a class: booting one takes longer than most tests.</summary>
public class SharedCell : IDisposable
{
    private readonly Lazy<CellUnderTest> _cell;

    /// <summary>A cell that starts a fresh interpreter for each program.</summary>
    public SharedCell()
        : this(_ => { })
    {
    }

    private protected SharedCell(Action<Configure> change) => _cell = new(() => CellUnderTest.Boot(slots: 2, change));

    internal CellUnderTest Cell => _cell.Value;

    public void Dispose()
    {
        if (_cell.IsValueCreated) _cell.Value.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same, with a warm interpreter for each language.</summary>
public sealed class SharedWarmCell() : SharedCell(configure => configure.Tiers.AddRange(Tiers.Bare));
