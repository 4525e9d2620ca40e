using Mayfly.Agent.Loop;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Agent.Jails;

/// <summary>The jailer as a parent: prepares every jail, and forks the children of the cold path. Without it the cell is of no use.</summary>
internal sealed class Jailer : IJailParent, IDisposable
{
    private readonly ParentConnection _connection;
    private readonly Action<string> _onBroken;

    /// <param name="loop">Calls back.</param>
    /// <param name="socket">The agent's end; owned from here on.</param>
    /// <param name="onReport">Gets each report, and owns the descriptor that came with it.</param>
    /// <param name="onBroken">It is gone or broken: what was seen.</param>
    public Jailer(EventLoop loop, SafeFileHandle socket, Action<Report, SafeFileHandle?> onReport, Action<string> onBroken)
    {
        _onBroken = onBroken;
        _connection = new ParentConnection(loop, socket, onReport, why => onBroken($"the jailer: {why}"));
    }

    public string? Tier => null;

    public int CopiedPercent => 0;

    public int GarbagePercent => 0;

    public long SharedBytes(int imports) => 0;

    public void Send(in Request request, params SafeFileHandle[] descriptors) => _connection.Send(request, descriptors);

    public void GiveUp(string why) => _onBroken(why);

    public void Dispose() => _connection.Dispose();
}
