using Mayfly.Bench.Contenders;
using Mayfly.Bench.Machine;

namespace Mayfly.Bench.Load;

/// <summary>How many answers the clients of this program get from a server that does nothing: what is measured elsewhere must be far below.</summary>
internal static class ClientCeiling
{
    private const int ClientCount = 8;
    private static readonly TimeSpan Warm = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    public static async Task<LoopResult> MeasureAsync(CancellationToken stop)
    {
        await using var echo = await EchoServer.StartAsync(stop);
        using var clients = new Clients();
        clients.AddRange(Enumerable.Range(0, ClientCount).Select(_ => new MayflyClient(echo.Endpoint, "echo")));
        _ = ClosedLoop.Run(clients, Workload.Print, Warm, stop);
        return ClosedLoop.Run(clients, Workload.Print, Slice, stop);
    }
}
